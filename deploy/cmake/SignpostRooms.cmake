# signpost_room(NAME DIR [LIBS ...]): one room of the house, a static library of
# every .cc in DIR except main.cc. signpost_program and signpost_tests likewise.
function(signpost_room name dir)
  cmake_parse_arguments(ROOM "" "" "LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${ROOM_LIBS} PRIVATE signpost_flags)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ROOM_LIBS})
  endif()
endfunction()

# signpost_program(NAME MAIN [LIBS ...]): an executable in build/bin.
function(signpost_program name main)
  cmake_parse_arguments(PROGRAM "" "" "LIBS" ${ARGN})
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${main})
    add_executable(${name} ${main})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE ${PROGRAM_LIBS} signpost_flags)
    target_compile_definitions(${name} PRIVATE SIGNPOST_VERSION="${PROJECT_VERSION}")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  endif()
endfunction()

# signpost_tests(NAME DIR [LIBS ...]): one Catch2 program of every .cc in
# tests/DIR; each case becomes one ctest test named "DIR: sentence".
function(signpost_tests name dir)
  cmake_parse_arguments(TEST "" "TIMEOUT" "LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cc)
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  if(sources)
    add_executable(${name} ${sources})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
    target_compile_definitions(${name} PRIVATE
      SIGNPOST_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SIGNPOST_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
    target_link_libraries(${name} PRIVATE ${TEST_LIBS} signpost_catch_main signpost_flags)
    catch_discover_tests(${name} TEST_PREFIX "${dir}: " EXTRA_ARGS -w NoTests
      PROPERTIES TIMEOUT ${TEST_TIMEOUT})
  endif()
endfunction()
