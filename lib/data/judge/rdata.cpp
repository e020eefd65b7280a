#include "lib/data/judge/rdata.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.hpp"
#include "core/files.hpp"
#include "lib/data/judge/inflate.hpp"

namespace mls::data {
namespace {

constexpr std::size_t max_inflated = std::size_t{512} << 20;
constexpr std::size_t max_allocated = std::size_t{2} << 30;  // all values of one file together
constexpr double max_compact = 1e7;                          // elements of a sequence stored as three numbers
constexpr int max_depth = 256;

/// Type codes of R's serialize.c; those above 200 exist in files only.
enum Type : std::uint32_t {
  symbol = 1,
  pairlist = 2,
  closure = 3,
  environment = 4,
  promise = 5,
  language = 6,
  special = 7,
  builtin = 8,
  char_string = 9,
  logicals = 10,
  integers = 13,
  reals = 14,
  complexes = 15,
  strings = 16,
  dots = 17,
  list = 19,
  expressions = 20,
  external_pointer = 22,
  weak_reference = 23,
  raw_bytes = 24,
  s4_object = 25,
  altrep = 238,
  base_environment = 241,
  empty_environment = 242,
  persistent = 247,
  package = 248,
  name_space = 249,
  base_name_space = 250,
  missing_argument = 251,
  unbound = 252,
  global_environment = 253,
  null_value = 254,
  reference = 255,
};

constexpr std::uint32_t has_attributes = 0x200;
constexpr std::uint32_t has_tag = 0x400;
constexpr std::uint32_t is_latin1 = 0x4000;  // bit 2 of the level bits, which start at bit 12

bool is_pairlist(std::uint32_t type) {
  return type == pairlist || type == language || type == closure || type == promise || type == dots;
}

/// Latin-1 code points are the first 256 of Unicode.
std::string utf8_of_latin1(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x80) {
      result += c;
    } else {
      result += static_cast<char>(0xC0U | code >> 6U);
      result += static_cast<char>(0x80U | (code & 0x3FU));
    }
  }
  return result;
}

/// Reads one serialised stream.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) { read_header(); }

  RValue value() {
    const Nesting nesting(*this);
    const std::uint32_t flags = word();
    const std::uint32_t type = flags & 0xFFU;
    if (is_pairlist(type)) return read_pairlist(flags);
    switch (type) {
      case null_value:
        return {};
      case reference:
        return read_reference(flags);
      case symbol:
        return read_symbol();
      case persistent:
      case package:
      case name_space:
        return read_named_environment();
      case environment:
        return read_environment();
      case base_environment:
      case empty_environment:
      case base_name_space:
      case global_environment:
        return opaque("environment");
      case missing_argument:
      case unbound:
        return opaque("missing argument");
      case special:
      case builtin:
        (void)take(length(1));
        return opaque("function");
      case altrep:
        return read_altrep();
      default:
        break;
    }
    RValue result = plain_value(type, flags);
    if ((flags & has_attributes) != 0) set_attributes(result, value());
    return result;
  }

 private:
  /// Counts the depth of recursion.
  class Nesting {
   public:
    explicit Nesting(Reader& reader) : reader_(reader) {
      if (++reader_.depth_ > max_depth)
        throw reader_.damaged(fmt::format("values nest deeper than {}", max_depth));
    }
    ~Nesting() { --reader_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Reader& reader_;
  };

  [[nodiscard]] Error damaged(const std::string& what) const {
    return bad_input(fmt::format("{}: byte {} of the R data: {}; the file is damaged or of an unknown kind",
                                 name_, position_, what));
  }

  std::string_view take(std::size_t count) {
    if (count > bytes_.size() - position_)
      throw damaged(fmt::format("{} bytes announced, {} left", count, bytes_.size() - position_));
    position_ += count;
    return bytes_.substr(position_ - count, count);
  }

  template <typename Word>
  Word big_endian() {
    Word result = 0;
    for (const char c : take(sizeof(Word)))
      result = static_cast<Word>(result << 8U | static_cast<unsigned char>(c));
    return result;
  }
  std::uint32_t word() { return big_endian<std::uint32_t>(); }
  std::int32_t integer() { return static_cast<std::int32_t>(word()); }
  double real() { return std::bit_cast<double>(big_endian<std::uint64_t>()); }

  /// A count of elements that take at least `bytes_each` each: never more than the input can hold.
  std::size_t length(std::size_t bytes_each) {
    const std::int32_t announced = integer();
    std::uint64_t count = 0;
    if (announced >= 0) {
      count = static_cast<std::uint32_t>(announced);
    } else if (announced == -1) {  // two words follow: 2^31 elements or more
      count = big_endian<std::uint64_t>();
    } else {
      throw damaged(fmt::format("a length of {}", announced));
    }
    if (count > (bytes_.size() - position_) / bytes_each)
      throw damaged(fmt::format("{} elements announced, fewer left", count));
    return count;
  }

  void charge(std::size_t count, std::size_t bytes_each) {
    allocated_ += count * bytes_each;  // both are bounded by the input
    if (allocated_ > max_allocated) throw damaged(fmt::format("values of more than {} bytes", max_allocated));
  }

  static RValue opaque(const char* kind) { return {ROpaque{kind}, {}}; }

  void read_header() {
    if (!bytes_.starts_with("X\n")) throw damaged("no binary (XDR) serialisation: it must start with X");
    position_ = 2;
    const std::int32_t version = integer();
    (void)take(8);  // versions of the writer and of the oldest reader
    if (version == 3) {
      (void)take(length(1));  // native encoding
    } else if (version != 2) {
      throw damaged(fmt::format("version {}; 2 and 3 are known", version));
    }
  }

  std::optional<std::string> read_string() {
    const std::uint32_t flags = word();
    if ((flags & 0xFFU) != char_string)
      throw damaged(fmt::format("type {} instead of a string", flags & 0xFFU));
    std::optional<std::string> result;
    const std::int32_t count = integer();
    if (count >= 0) {
      charge(static_cast<std::size_t>(count), 2);
      const std::string_view text = take(static_cast<std::size_t>(count));
      result = (flags & is_latin1) != 0 ? utf8_of_latin1(text) : std::string(text);
    } else if (count != -1) {
      throw damaged(fmt::format("a string of length {}", count));
    }
    if ((flags & has_attributes) != 0) (void)value();  // of old writers; ignored by R as well
    return result;
  }

  RValue read_symbol() {
    RSymbol result{read_string().value_or("NA")};
    charge(1, sizeof(RValue) + result.name.size());
    references_.push_back({result, {}});
    return {std::move(result), {}};
  }

  RValue read_reference(std::uint32_t flags) {
    std::uint32_t index = flags >> 8U;
    if (index == 0) index = word();
    if (index == 0 || index > references_.size())
      throw damaged(fmt::format("reference {} of {}", index, references_.size()));
    charge(1, sizeof(RValue));
    return references_[index - 1];
  }

  RValue new_reference(const char* kind) {
    charge(1, sizeof(RValue));
    references_.push_back(opaque(kind));
    return references_.back();
  }

  RValue read_named_environment() {
    if (integer() != 0) throw damaged("an unknown form of environment name");
    for (std::size_t count = length(8); count > 0; --count) (void)read_string();
    return new_reference("environment");
  }

  RValue read_environment() {
    (void)integer();  // locked
    RValue result = new_reference("environment");
    for (int part = 0; part < 4; ++part) (void)value();  // enclosure, frame, hash table, attributes
    return result;
  }

  /// Cells in a row, not recursively: long lists are common. Calls and functions are passed over.
  RValue read_pairlist(std::uint32_t flags) {
    const std::uint32_t kind = flags & 0xFFU;
    RValue result;
    RValue::List items;
    RValue::Strings names;
    for (;;) {
      RValue attributes;
      if ((flags & has_attributes) != 0) attributes = value();
      if (items.empty()) set_attributes(result, std::move(attributes));
      std::string tag;
      if ((flags & has_tag) != 0) {
        const RValue tagged = value();  // the environment of a closure stands here as well
        if (const auto* found = tagged.get<RSymbol>()) tag = found->name;
      }
      charge(1, sizeof(RValue) + sizeof(std::optional<std::string>) + tag.size());
      items.push_back(value());
      names.emplace_back(std::move(tag));
      flags = word();
      if (is_pairlist(flags & 0xFFU)) continue;
      if ((flags & 0xFFU) == null_value) break;
      position_ -= 4;  // the tail is something else: the body of a function, the end of a dotted pair
      items.push_back(value());
      names.emplace_back("");
      break;
    }
    if (kind == closure || kind == promise) return opaque("function");
    if (kind == language) return opaque("call");
    result.content = std::move(items);
    result.attributes.push_back({"names", {std::move(names), {}}});
    return result;
  }

  void set_attributes(RValue& target, RValue attributes) {
    auto* items = std::get_if<RValue::List>(&attributes.content);
    if (items == nullptr) return;
    const std::vector<std::string> names = attributes.texts_of("names");
    for (std::size_t i = 0; i < items->size() && i < names.size(); ++i) {
      target.attributes.push_back({names[i], std::move((*items)[i])});
    }
  }

  RValue plain_value(std::uint32_t type, std::uint32_t flags) {
    RValue result;
    switch (type) {
      case char_string: {
        position_ -= 4;
        RValue::Strings one;
        one.push_back(read_string());
        result.content = std::move(one);
        break;
      }
      case logicals:
      case integers:
        result.content = read_numbers<std::int32_t>([this] { return integer(); });
        break;
      case reals:
        result.content = read_numbers<double>([this] { return real(); });
        break;
      case complexes:
        (void)take(16 * length(16));
        result = opaque("complex numbers");
        break;
      case strings:
        result.content = read_strings();
        break;
      case list:
      case expressions:
        result.content = read_list();
        break;
      case raw_bytes: {
        const std::string_view bytes = take(length(1));
        charge(bytes.size(), 1);
        result.content = RValue::Bytes(bytes.begin(), bytes.end());
        break;
      }
      case external_pointer:
        result = new_reference("external pointer");
        (void)value();
        (void)value();
        break;
      case weak_reference:
        result = new_reference("weak reference");
        break;
      case s4_object:
        result = opaque("S4 object");
        break;
      default:
        throw damaged(fmt::format("type {} is not read (flags {:#x})", type, flags));
    }
    return result;
  }

  template <typename Number, typename Next>
  std::vector<Number> read_numbers(const Next& next) {
    const std::size_t count = length(sizeof(Number));
    charge(count, sizeof(Number));
    std::vector<Number> result(count);
    for (Number& number : result) number = next();
    return result;
  }

  RValue::Strings read_strings() {
    RValue::Strings result;
    for (std::size_t count = length(8); count > 0; --count) {
      charge(1, sizeof(std::optional<std::string>));
      result.push_back(read_string());
    }
    return result;
  }

  RValue::List read_list() {
    RValue::List result;
    for (std::size_t count = length(4); count > 0; --count) {
      charge(1, sizeof(RValue));
      result.push_back(value());
    }
    return result;
  }

  /// Compact forms of R >= 3.5: a class name, a state, attributes.
  RValue read_altrep() {
    const RValue info = value();
    const RValue state = value();
    RValue attributes = value();
    const auto* parts = info.get<RValue::List>();
    const auto* name = parts == nullptr || parts->empty() ? nullptr : parts->front().get<RSymbol>();
    if (name == nullptr) throw damaged("a compact value without a class");
    RValue result = expanded(name->name, state);
    set_attributes(result, std::move(attributes));
    return result;
  }

  RValue expanded(const std::string& class_name, const RValue& state) {
    if (class_name == "compact_intseq" || class_name == "compact_realseq") {
      return sequence(state, class_name == "compact_intseq");
    }
    const auto* parts = state.get<RValue::List>();
    if (parts == nullptr || parts->empty()) throw damaged("a compact value without a state");
    if (class_name.starts_with("wrap_")) return parts->front();
    if (class_name == "deferred_string") return as_strings(parts->front());
    throw damaged(fmt::format("compact values of class {} are not read", class_name));
  }

  /// State: count, first, step.
  RValue sequence(const RValue& state, bool whole) {
    const auto* numbers = state.get<RValue::Reals>();
    if (numbers == nullptr || numbers->size() != 3) throw damaged("a sequence without count, first and step");
    const double count = (*numbers)[0];
    const double first = (*numbers)[1];
    const double step = (*numbers)[2];
    const double last = first + step * (count - 1);
    const bool fits = std::abs(first) < 2147483648.0 && std::abs(last) < 2147483648.0;  // false for NaN
    if (!(count >= 0 && count <= max_compact) || !std::isfinite(first) || !std::isfinite(last) ||
        (whole && !fits)) {
      throw damaged(fmt::format("a sequence of {} numbers from {} by {}", count, first, step));
    }
    const auto size = static_cast<std::size_t>(count);
    charge(size, sizeof(double));
    RValue::Reals values(size);
    for (std::size_t i = 0; i < size; ++i) values[i] = first + step * static_cast<double>(i);
    if (!whole) return {std::move(values), {}};
    RValue::Integers integers(size);
    std::transform(values.begin(), values.end(), integers.begin(),
                   [](double x) { return static_cast<std::int32_t>(x); });
    return {std::move(integers), {}};
  }

  RValue as_strings(const RValue& value) {
    RValue::Strings result;
    if (const auto* whole = value.get<RValue::Integers>()) {
      charge(whole->size(), sizeof(std::optional<std::string>));
      for (const std::int32_t x : *whole) {
        result.push_back(x == RValue::na ? std::nullopt : std::optional(fmt::format("{}", x)));
      }
    } else if (const auto* numbers = value.get<RValue::Reals>()) {
      charge(numbers->size(), sizeof(std::optional<std::string>) + 16);
      for (const double x : *numbers) {
        result.push_back(std::isnan(x) ? std::nullopt : std::optional(fmt::format("{:.15g}", x)));
      }
    } else {
      throw damaged("deferred strings of something that is no number");
    }
    return {std::move(result), {}};
  }

  std::string_view bytes_;
  const std::string& name_;
  std::size_t position_ = 0;
  std::size_t allocated_ = 0;
  int depth_ = 0;
  std::vector<RValue> references_;  // symbols and opaque values only: cheap to copy, and no cycles
};

/// Offset and length of an object, as the index of a lazy-load database holds them.
std::pair<std::size_t, std::size_t> place_of(const RValue& entry, const std::string& name,
                                             const std::string& object) {
  const auto* numbers = entry.get<RValue::Integers>();
  if (numbers == nullptr || numbers->size() != 2 || (*numbers)[0] < 0 || (*numbers)[1] < 4) {
    throw bad_input(fmt::format("{}: the index entry of '{}' is no offset and length; the file is damaged",
                                name, object));
  }
  return {static_cast<std::size_t>((*numbers)[0]), static_cast<std::size_t>((*numbers)[1])};
}

/// Four bytes of length, then zlib data, or a letter and data of another compression.
std::string inflate_entry(std::string_view entry, const std::string& name) {
  std::size_t size = 0;
  for (const char c : entry.substr(0, 4)) size = size << 8U | static_cast<unsigned char>(c);
  if (size > max_inflated)
    throw bad_input(fmt::format("{}: announces {} bytes; the file is damaged", name, size));
  entry.remove_prefix(4);
  std::string bytes;
  if (entry.starts_with('2')) {
    bytes = inflate(entry.substr(1), Compression::bzip2, name, size);
  } else if (entry.starts_with('Z')) {
    bytes = inflate(entry.substr(1), Compression::raw_lzma2, name, size);
  } else if (entry.starts_with('0')) {
    bytes = entry.substr(1);
  } else {
    bytes = inflate(entry, Compression::zlib, name, size);
  }
  if (bytes.size() == size) return bytes;
  throw bad_input(fmt::format("{}: {} bytes instead of {}; the file is damaged", name, bytes.size(), size));
}

}  // namespace

const RValue* RValue::attribute(std::string_view name) const {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const RAttribute& a) { return a.name == name; });
  return found == attributes.end() ? nullptr : &found->value;
}

std::vector<std::string> RValue::texts_of(std::string_view attribute_name) const {
  std::vector<std::string> result;
  const RValue* found = attribute(attribute_name);
  const auto* texts = found == nullptr ? nullptr : found->get<Strings>();
  if (texts == nullptr) return result;
  for (const auto& text : *texts) result.push_back(text.value_or("NA"));
  return result;
}

bool RValue::inherits(std::string_view class_name) const {
  const std::vector<std::string> classes = texts_of("class");
  return std::find(classes.begin(), classes.end(), class_name) != classes.end();
}

const RValue* RValue::item(std::string_view name) const {
  const auto* items = get<List>();
  if (items == nullptr) return nullptr;
  const std::vector<std::string> names = texts_of("names");
  for (std::size_t i = 0; i < items->size() && i < names.size(); ++i) {
    if (names[i] == name) return &(*items)[i];
  }
  return nullptr;
}

RObjects decode_rda(std::string_view compressed, const std::string& name) {
  const std::string bytes = inflate(compressed, name, max_inflated);
  const std::string_view view = bytes;
  if (!view.starts_with("RDX2\n") && !view.starts_with("RDX3\n")) {
    throw bad_input(fmt::format("{}: is no binary R data file: it starts with neither RDX2 nor RDX3", name));
  }
  RValue all = Reader(view.substr(5), name).value();
  const std::vector<std::string> names = all.texts_of("names");
  auto* items = std::get_if<RValue::List>(&all.content);
  if (items == nullptr || items->size() != names.size()) {
    throw bad_input(fmt::format("{}: holds no named objects; the file is damaged", name));
  }
  RObjects objects;
  for (std::size_t i = 0; i < names.size(); ++i) objects.emplace_back(names[i], std::move((*items)[i]));
  return objects;
}

RValue decode_rds(std::string_view bytes, const std::string& name) {
  const std::string plain = inflate(bytes, name, max_inflated);
  return Reader(plain, name).value();
}

LazyDatabase::LazyDatabase(std::string_view index, std::string data, const std::string& name)
    : name_(name), data_(std::move(data)) {
  const RValue content = decode_rds(index, name);
  const RValue* variables = content.item("variables");
  const auto* places = variables == nullptr ? nullptr : variables->get<RValue::List>();
  if (places == nullptr)
    throw bad_input(fmt::format("{}: is no index of a lazy-load database: it has no 'variables'", name));
  const std::vector<std::string> names = variables->texts_of("names");
  if (names.size() != places->size())
    throw bad_input(fmt::format("{}: objects without names; the file is damaged", name));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto [offset, bytes] = place_of((*places)[i], name, names[i]);
    entries_.push_back({names[i], offset, bytes});
  }
}

std::vector<std::string> LazyDatabase::names() const {
  std::vector<std::string> result;
  result.reserve(entries_.size());
  for (const Entry& entry : entries_) result.push_back(entry.name);
  return result;
}

RValue LazyDatabase::object(std::string_view wanted) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.name == wanted; });
  if (found == entries_.end()) {
    throw bad_input(fmt::format("{}: no object '{}'; it holds: {}", name_, wanted, fmt::join(names(), ", ")));
  }
  const std::string where = fmt::format("{}: object {}", name_, wanted);
  if (found->offset > data_.size() || found->bytes > data_.size() - found->offset) {
    throw bad_input(fmt::format("{}: lies beyond the end of the .rdb file; it is truncated", where));
  }
  return decode_rds(inflate_entry(std::string_view(data_).substr(found->offset, found->bytes), where), where);
}

RValue read_r_object(const std::filesystem::path& path, const std::string& object) {
  const std::string bytes = read_file(path, max_inflated);
  if (path.extension() == ".rdx") {
    std::filesystem::path data = path;
    data.replace_extension(".rdb");
    return LazyDatabase(bytes, read_file(data, max_inflated), path.string()).object(object);
  }
  RObjects objects = decode_rda(bytes, path.string());
  std::vector<std::string> names;
  for (auto& [name, value] : objects) {
    if (name == object || (object.empty() && objects.size() == 1)) return std::move(value);
    names.push_back(name);
  }
  throw bad_input(
      fmt::format("{}: {}; it holds: {}", path.string(),
                  object.empty() ? "name the object to read" : fmt::format("no object '{}'", object),
                  fmt::join(names, ", ")));
}

}  // namespace mls::data
