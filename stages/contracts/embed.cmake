# Text files built into the program.
#
# cvx_embed(SYMBOL PATH): at build time, and again whenever the file changes, turns PATH
# (relative to the caller's directory) into a C source that defines cvx_embedded_SYMBOL[] and
# cvx_embedded_SYMBOL_len, and appends that source to CVX_EMBEDDED in the caller's scope.
# Declare the symbol in contracts/embedded.h, which the source includes, so that a symbol
# without a declaration does not compile unnoticed.
#
# The same file is the script that does it: cmake -DSYMBOL= -DINPUT= -DOUTPUT= -P embed.cmake

if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${INPUT}" bytes HEX)
  # Character constants, not numbers: those over 127 would not fit a signed char.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  # A line for every 8 bytes.
  string(REGEX REPLACE "(('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',))"
    "    \\1\n" bytes "${bytes}")
  get_filename_component(name "${INPUT}" NAME)
  file(WRITE "${OUTPUT}" "/* Made from ${name} by embed.cmake. */
#include \"contracts/embedded.h\"

/* The NUL at the end is not counted. */
const char cvx_embedded_${SYMBOL}[] = {
${bytes}'\\0'};
const size_t cvx_embedded_${SYMBOL}_len = sizeof(cvx_embedded_${SYMBOL}) - 1;
")
  return()
endif()

set(CVX_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(cvx_embed symbol path)
  get_filename_component(input "${path}" ABSOLUTE)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.c")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DSYMBOL=${symbol}" "-DINPUT=${input}" "-DOUTPUT=${output}"
            -P "${CVX_EMBED_SCRIPT}"
    DEPENDS "${input}" "${CVX_EMBED_SCRIPT}"
    COMMENT "Embedding ${path}"
    VERBATIM)
  set(CVX_EMBEDDED ${CVX_EMBEDDED} "${output}" PARENT_SCOPE)
endfunction()
