# What makes a debug build quick: what needs no speed is not optimized, and reads
# headers as the compiler left them when it had read them once.
#
# With the sanitizers the optimizer takes twice the time of all else, and half of
# what a file of tests takes is reading Catch2 and the standard library.  Both
# belong together: g++ 12 forgets that a precompiled header of the system is one,
# and with its optimizer warns of faults in std::string that are not there.
#
# An include that a hastened file forgot is found where it is not: in preset
# release, of libraries and programs in preset dev.

set(debug OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Debug" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(debug ON)
endif()

set(sanitized OFF)
if(debug AND CHATMILTER_SANITIZE)
  set(sanitized ON)
endif()

# ccache keeps an object with a precompiled header when it is told that the
# definitions are alike.  In its depend mode it does not preprocess each file
# once more to learn what it includes.
if(debug AND CMAKE_CXX_COMPILER_LAUNCHER MATCHES "(^|/)ccache$")
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_DEPEND=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

# add_precompiled(HOLDER HEADER...): a target that does nothing but hold them.
function(add_precompiled holder)
  set(source ${CMAKE_BINARY_DIR}/${holder}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_library(${holder} OBJECT ${source})
  target_link_libraries(${holder} PRIVATE chatmilter_options)
  target_compile_options(${holder} PRIVATE -O0)
  target_precompile_headers(${holder} PRIVATE
    <algorithm> <chrono> <cstdint> <cstring> <functional> <map> <memory>
    <optional> <string> <string_view> <utility> <vector> ${ARGN})
endfunction()

# hasten(TARGET HOLDER): with the headers that HOLDER has.
function(hasten target holder)
  target_compile_options(${target} PRIVATE -O0)
  target_precompile_headers(${target} REUSE_FROM ${holder})
endfunction()

if(sanitized)
  add_precompiled(standard_headers)
endif()
