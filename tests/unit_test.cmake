# Catch2's main is compiled once.
if(NOT CHATMILTER_LIBRARIES_ONLY)
  find_package(Catch2 2 REQUIRED)
  add_library(unit_test_main STATIC ${CMAKE_CURRENT_LIST_DIR}/unit_test_main.cc)
  target_link_libraries(unit_test_main PUBLIC Catch2::Catch2)
  if(debug)
    add_precompiled(test_headers
      <catch2/catch.hpp> <filesystem> <fstream> <sstream> <thread>)
  endif()
endif()

# add_unit_test(NAME SOURCES ... DEPENDS ...): one program a folder.
# CHATMILTER_SOURCE_DIR tells a test where corpus/ is.
function(add_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  if(CHATMILTER_LIBRARIES_ONLY)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE unit_test_main chatmilter_options
    ${ARG_DEPENDS})
  if(debug)
    hasten(${name} test_headers)
  endif()
  target_compile_definitions(${name} PRIVATE
    CHATMILTER_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name} --warn NoAssertions)
  set_tests_properties(${name} PROPERTIES TIMEOUT 900)
endfunction()
