// evaluate::method_from_source and load_method: the same verdict from memory and from a file.
#include "evaluate/evaluate.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_submission(std::string_view bytes) {
  const evaluate::Method method = evaluate::method_from_source(std::string(bytes));
  require(method.source == bytes && method.sha256.size() == 64, "a method keeps its bytes");
  const bool text = bytes.find('\0') == std::string_view::npos && bytes.size() <= evaluate::max_method_bytes;
  require(text || !method.rejection.empty(), "zero bytes and too many bytes are rejected");
  lay(scratch() / "method.cpp", bytes);
  const evaluate::Method loaded = evaluate::load_method(scratch() / "method.cpp");
  require(loaded.rejection.empty() == method.rejection.empty(), "a file is judged as its bytes are");
}

}  // namespace mls::fuzz
