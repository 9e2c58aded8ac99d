# A Debian package, by CPack: `make package`. Policy wants a little more than `make install` does.
set(doc \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR})
set(man \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR})
install(CODE "
  file(RENAME \"${doc}/LICENSE\" \"${doc}/copyright\")
  file(RENAME \"${doc}/CHANGELOG.md\" \"${doc}/changelog\")
  execute_process(COMMAND gzip -9nf \"${doc}/changelog\" \"${man}/man1/nnlua.1\"
                  COMMAND_ERROR_IS_FATAL ANY)")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME nnlua)
set(CPACK_PACKAGE_CONTACT "The nnlua authors <nnlua@example.org>")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Tensors, automatic differentiation, layers and optimisers, with PyTorch's
names and numbers and Lua's manners. The package holds the program nnlua, the
module for Lua 5.4, and the C library with its header.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION interpreters)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS libcairo2) # found at run time, for plots
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "lua5.4, libblis-openmp-dev, libcjson-dev")

# What other packages that link the library depend on, and that the loader's cache is to be renewed.
file(WRITE ${PROJECT_BINARY_DIR}/debian/shlibs
     "libnnlua ${PROJECT_VERSION_MAJOR} nnlua (>= ${PROJECT_VERSION})\n")
file(WRITE ${PROJECT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${PROJECT_BINARY_DIR}/debian/shlibs;${PROJECT_BINARY_DIR}/debian/triggers")
include(CPack)
