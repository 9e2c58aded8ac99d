# Finds BLIS, as the target BLIS::BLIS; sets BLIS_FOUND, BLIS_INCLUDE_DIR and BLIS_LIBRARY.
#
# Debian ships neither a .pc file nor a CMake package, and keeps each flavour's headers in a folder
# of its own (blis-openmp, blis-serial …) below the multiarch include folder. A plain <cblas.h>
# may be another library's, so the flavour's folder must come first. Elsewhere the headers are in
# include/blis. Set BLIS_ROOT to look in another prefix.
set(blis_flavours blis-openmp blis-pthread blis-serial blis)

find_path(BLIS_INCLUDE_DIR blis.h PATH_SUFFIXES ${blis_flavours})
find_library(BLIS_LIBRARY NAMES blis blis-mt) # which flavour runs is the system's choice
find_library(BLIS_LIBRARY NAMES blis blis-mt PATH_SUFFIXES ${blis_flavours})
mark_as_advanced(BLIS_INCLUDE_DIR BLIS_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(BLIS REQUIRED_VARS BLIS_LIBRARY BLIS_INCLUDE_DIR)

if(BLIS_FOUND AND NOT TARGET BLIS::BLIS)
  add_library(BLIS::BLIS UNKNOWN IMPORTED)
  set_target_properties(BLIS::BLIS PROPERTIES IMPORTED_LOCATION "${BLIS_LIBRARY}"
                        INTERFACE_INCLUDE_DIRECTORIES "${BLIS_INCLUDE_DIR}")
endif()
