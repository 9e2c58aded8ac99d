# What `make install` and `make package` put where.
include(CMakePackageConfigHelpers)

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nnlua)

install(TARGETS nnlua RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS nnlua_module LIBRARY DESTINATION ${lua_dir})

# For C programs: the libraries, nn.h, and the two usual ways to find them. A program that links
# the static library needs the engine's own libraries too.
set_target_properties(nnlua_shared PROPERTIES EXPORT_NAME nnlua)
install(TARGETS nnlua_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS nnlua_shared EXPORT nnlua LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT nnlua FILE nnluaTargets.cmake NAMESPACE nnlua:: DESTINATION ${config_dir})
install(FILES engine/nn.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/nnlua)

list(TRANSFORM OpenMP_C_LIB_NAMES PREPEND -l OUTPUT_VARIABLE openmp_libraries)
list(JOIN openmp_libraries " " openmp_libraries)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX OUTPUT_VARIABLE prefix_from_pc
           BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
configure_file(cmake/nnlua.pc.in nnlua.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/nnlua.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

file(WRITE ${PROJECT_BINARY_DIR}/nnluaConfig.cmake
     "include(\"\${CMAKE_CURRENT_LIST_DIR}/nnluaTargets.cmake\")\n")
write_basic_package_version_file(nnluaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/nnluaConfig.cmake ${PROJECT_BINARY_DIR}/nnluaConfigVersion.cmake
        DESTINATION ${config_dir})

# For shells, editors and readers.
set(NNLUA_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
    "Where zsh looks for completions")
install(FILES docs/nnlua.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES completions/nnlua.bash RENAME nnlua
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES completions/_nnlua DESTINATION ${NNLUA_ZSH_DIR})
install(DIRECTORY types DESTINATION ${CMAKE_INSTALL_DATADIR}/nnlua)
install(FILES README.md CHANGELOG.md CONTRIBUTING.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md"
        PATTERN help EXCLUDE) # the program holds the help pages
install(DIRECTORY scripts/ examples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
