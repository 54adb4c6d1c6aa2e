// What is shared by those who talk through libcurl (HTTP here, S3 in store, mail in send): handles, header lists, and the
// check of where a socket goes.
#pragma once
#include <curl/curl.h>

#include <memory>
#include <string>

#include "fetch/address.hpp"

namespace tongxin::fetch {

struct CurlEnd {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, CurlEnd>;
using CurlList = std::unique_ptr<curl_slist, CurlEnd>;

void append(CurlList& list, const std::string& line);
Curl new_curl();

// A handle of this thread, reset, with its open connections.
CURL* own_curl();

// Refuses sockets to addresses outside `reach`. A name may have several addresses: it is refused when none of those that were
// tried may be reached. Both must live as long as the transfer.
struct Gate {
  const Reach* reach;
  bool any_refused = false, any_opened = false;
  bool refused() const { return any_refused && !any_opened; }
};
void guard(CURL* curl, Gate& gate);

template <class T>
void set(CURL* curl, CURLoption option, T value) {
  curl_easy_setopt(curl, option, value);
}

}  // namespace tongxin::fetch
