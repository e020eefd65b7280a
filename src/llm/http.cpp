#include "llm/http.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <exception>
#include <memory>

#include "core/error.hpp"

namespace mls::llm {
namespace {

struct Closer {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Closer>;
using List = std::unique_ptr<curl_slist, Closer>;

/// What the callbacks of one transfer need.
struct Transfer {
  CURL* handle;
  const Http::Sink& sink;
  const std::stop_token& stop;
  bool stopped = false;
  std::exception_ptr failure;
};

int status_of(CURL* handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  try {
    if (transfer.sink(status_of(transfer.handle), {bytes, size * count})) return size * count;
    transfer.stopped = true;
  } catch (...) {
    transfer.failure = std::current_exception();
  }
  return size * count == 0 ? 1 : 0;  // any other count than what was given ends the transfer
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.stop.stop_requested()) return 0;
  transfer.stopped = true;
  return 1;
}

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(handle, option, value); code != CURLE_OK)
    throw infrastructure(
        fmt::format("libcurl: option {}: {}", static_cast<int>(option), curl_easy_strerror(code)));
}

List list_of(const std::vector<std::string>& lines) {
  List list;
  for (const std::string& line : lines) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    if (list == nullptr) list.reset(longer);  // longer ones begin with the same node
  }
  return list;
}

HttpEnd::Kind kind_of(CURLcode code, const Transfer& transfer, int status) {
  if (transfer.stopped) return HttpEnd::Kind::stopped;
  if (code == CURLE_OK) return HttpEnd::Kind::answered;
  if (code == CURLE_OPERATION_TIMEDOUT) return HttpEnd::Kind::timeout;
  if (status != 0 || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
      code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY)
    return HttpEnd::Kind::broken;
  return HttpEnd::Kind::unreachable;
}

std::optional<double> retry_after(CURL* handle) {
  curl_off_t seconds = 0;
  curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &seconds);
  return seconds > 0 ? std::optional(static_cast<double>(seconds)) : std::nullopt;
}

void configure(CURL* handle, const HttpRequest& request, curl_slist* headers) {
  set(handle, CURLOPT_URL, request.url.c_str());
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_USERAGENT, "mls-bench/" MLS_VERSION);
  set(handle, CURLOPT_POST, 1L);
  set(handle, CURLOPT_POSTFIELDS, request.body.data());
  set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  set(handle, CURLOPT_HTTPHEADER, headers);
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_s * 1000));
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout_s * 1000));
}

}  // namespace

CurlHttp::CurlHttp() {
  // Once a process, before any other use; later calls wait for the first.
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK)
    throw infrastructure(fmt::format("libcurl cannot start: {}", curl_easy_strerror(code)));
}

HttpEnd CurlHttp::post(const HttpRequest& request, const Sink& sink, const std::stop_token& stop) const {
  const Handle handle(curl_easy_init());
  if (!handle) throw std::bad_alloc();
  // An empty Expect: servers that do not know "100-continue" cost a second.
  std::vector<std::string> lines = request.headers;
  lines.insert(lines.end(), {"Content-Type: application/json", "Expect:"});
  const List headers = list_of(lines);
  configure(handle.get(), request, headers.get());
  std::array<char, CURL_ERROR_SIZE> message{};
  set(handle.get(), CURLOPT_ERRORBUFFER, message.data());
  Transfer transfer{handle.get(), sink, stop, false, nullptr};
  set(handle.get(), CURLOPT_WRITEFUNCTION, &on_body);
  set(handle.get(), CURLOPT_WRITEDATA, &transfer);
  set(handle.get(), CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(handle.get(), CURLOPT_XFERINFODATA, &transfer);
  set(handle.get(), CURLOPT_NOPROGRESS, 0L);
  const CURLcode code = curl_easy_perform(handle.get());
  if (transfer.failure) std::rethrow_exception(transfer.failure);
  HttpEnd end;
  end.status = status_of(handle.get());
  end.kind = kind_of(code, transfer, end.status);
  end.retry_after_s = retry_after(handle.get());
  if (code != CURLE_OK) end.message = message[0] != '\0' ? message.data() : curl_easy_strerror(code);
  return end;
}

}  // namespace mls::llm
