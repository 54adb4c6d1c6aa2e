#include "pack/template.hpp"

#include "base/fault.hpp"

namespace tongxin::pack {
namespace {

constexpr const char* kPack = R"(# What the mechanism is, in one sentence.
pack: NAME
version: 1
uses: [base]
name: {zh: NAME, en: NAME}

# What an organisation answers for; the responsibility table says who, where and since when.
functions:
  NAME: {name: {zh: NAME, en: NAME}}
)";

constexpr const char* kKind = R"(# Something is asked for, somebody does it, the one who asked is told.
kind: NAME_item
name: {zh: NAME事项, en: NAME item}
number: NUMBER             # numbers read NUMBER-2026-000001
function: NAME
place: required            # required | optional | none
report: true               # residents may start one
title: what                # the field whose beginning is the title

form:
  what:  {type: long_text, name: {zh: 需要什么, en: What is needed}, max: 1000, required: true, search: true}
  phone: {type: phone, name: {zh: 手机号, en: Phone}, private: true}

states:
  asked:   {class: waiting,  name: {zh: 待受理, en: Asked}}
  doing:   {class: handling, name: {zh: 办理中, en: Being done}}
  done:    {class: done,     name: {zh: 已办结, en: Done}, final: true}

create:
  who: [{signed_in: true}]
  to: asked
  effects:
    - assign: {responsible: grid}

actions:
  start:
    name: {zh: 开始办理, en: Start}
    from: [asked]
    to: doing
    who: [{of: holder}]
  finish:
    name: {zh: 办结, en: Finish}
    from: [asked, doing]
    to: done
    who: [{of: holder}]
    form:
      answer: {type: long_text, name: {zh: 答复, en: Answer}, required: true, max: 1000}
    effects:
      - answer: input.answer
  climb:
    name: {zh: 超时升级, en: Climbed when late}
    from: [asked, doing]
    to: same
    who: [{system: true}]
    effects:
      - assign: {climb: true}

deadlines:
  handle:
    name: {zh: 办理, en: Handling}
    calendar: office
    runs: [asked, doing]
    limit: 2 working_days
    warn: 80 %
    late: climb

counts:
  asked: {name: {zh: 提出, en: Asked}, on: create}
  done:  {name: {zh: 办结, en: Done}, enter: done}

rights:
  see: [{of: holder}, {relation: reporter}]
  see_private: [{of: holder}, {relation: reporter}]
)";

constexpr const char* kStory = R"(story: Somebody asks, the grid does it, and the figure says so
world: street              # packs/base/worlds/street.yaml
at: 2026-03-06 10:00       # a Friday
steps:
  - create: NAME_item
    as: wang
    place: B0101
    form: {what: 想请人看看楼道的灯}
    save: mine
  - expect: {on: mine, state: asked, holder: team-1}
  - act: finish
    as: chen
    on: mine
    form: {answer: 已换好}
  - expect: {on: mine, state: done, answer: 已换好}
  - figures: {kind: NAME_item, area: taoyuan, month: 202603, are: {asked: 1, done: 1}}
)";

std::string with_name(std::string text, const std::string& name) {
  std::string prefix;  // of numbers: capital letters alone
  for (const char letter : name)
    if (letter >= 'a' && letter <= 'z' && prefix.size() < 4) prefix += char(letter - 'a' + 'A');
  const auto put = [&](std::string_view what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
      text.replace(at, what.size(), with);
  };
  put("NAME", name);  // first: the prefix of a pack called "name" is NAME
  put("NUMBER", prefix);
  return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> new_pack(const std::string& name) {
  const bool word = !name.empty() && name.size() <= 40 &&
                    name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos &&
                    name[0] >= 'a';
  if (!word)
    throw Fault(Code::invalid, words("机制包的名字应为小写字母、数字和下划线，以字母开头：“{}”",
                                     "a pack's name is made of a-z, 0-9 and _, beginning with a letter: '{}'", name));
  return {{name + "/pack.yaml", with_name(kPack, name)},
          {name + "/kinds/" + name + "_item.yaml", with_name(kKind, name)},
          {name + "/stories/first.yaml", with_name(kStory, name)}};
}

}  // namespace tongxin::pack
