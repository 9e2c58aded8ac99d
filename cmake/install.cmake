# What `make install` and `make package` put where.
include(CMakePackageConfigHelpers)

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nnlua)
set(lua_module_dir ${CMAKE_INSTALL_LIBDIR}/lua/5.4)

if(TARGET nnlua)
  install(TARGETS nnlua RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET nnlua_module)
  install(TARGETS nnlua_module LIBRARY DESTINATION ${lua_module_dir})
endif()

# For C programs: the libraries, nn.h, and the two usual ways to find them.
set_target_properties(nnlua_shared PROPERTIES EXPORT_NAME nnlua)
install(TARGETS nnlua_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS nnlua_shared EXPORT nnlua LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT nnlua FILE nnluaTargets.cmake NAMESPACE nnlua:: DESTINATION ${config_dir})
install(FILES engine/nn.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/nnlua)

cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX OUTPUT_VARIABLE prefix_from_pc
           BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
configure_file(cmake/nnlua.pc.in nnlua.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/nnlua.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(WRITE ${PROJECT_BINARY_DIR}/nnluaConfig.cmake
     "include(\"\${CMAKE_CURRENT_LIST_DIR}/nnluaTargets.cmake\")\n")
write_basic_package_version_file(nnluaConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/nnluaConfig.cmake ${PROJECT_BINARY_DIR}/nnluaConfigVersion.cmake
        DESTINATION ${config_dir})

# For readers, shells and editors: what is there of these.
function(nnlua_install_present folder)
  foreach(file IN LISTS ARGN)
    if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${file})
      install(DIRECTORY ${file} DESTINATION ${folder})
    elseif(EXISTS ${PROJECT_SOURCE_DIR}/${file})
      install(FILES ${file} DESTINATION ${folder})
    endif()
  endforeach()
endfunction()

nnlua_install_present(${CMAKE_INSTALL_MANDIR}/man1 docs/nnlua.1)
nnlua_install_present(${CMAKE_INSTALL_DATADIR}/bash-completion/completions completions/nnlua)
nnlua_install_present(${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions completions/_nnlua)
nnlua_install_present(${CMAKE_INSTALL_DOCDIR} README.md CHANGELOG.md LICENSE scripts examples)
nnlua_install_present(${CMAKE_INSTALL_DATADIR}/nnlua types)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME nnlua)
set(CPACK_PACKAGE_CONTACT "The nnlua authors <nnlua@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION interpreters)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "lua5.4, libblis-openmp-dev")
set(CPACK_STRIP_FILES ON)
include(CPack)
