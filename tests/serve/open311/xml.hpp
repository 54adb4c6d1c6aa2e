// XML read by libxml2, and held against the element trees of tests/serve/open311/georeport.rng.
#pragma once
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xpath.h>

#include <memory>
#include <string>
#include <vector>

namespace tongxin::test {

class Xml {
 public:
  explicit Xml(const std::string& text) {
    xmlSetStructuredErrorFunc(&complaint_, [](void* where, xmlErrorPtr error) {
      *static_cast<std::string*>(where) += error->message != nullptr ? error->message : "?";
    });
    document_.reset(xmlReadMemory(text.data(), int(text.size()), "answer.xml", nullptr, XML_PARSE_NONET));
  }
  bool well_formed() const { return document_ != nullptr; }
  // Empty when it fits, else what does not.
  std::string misfit(const std::string& schema_file) {
    if (!document_) return "not well-formed: " + complaint_;
    const std::unique_ptr<xmlRelaxNGParserCtxt, decltype(&xmlRelaxNGFreeParserCtxt)> parser(
        xmlRelaxNGNewParserCtxt(schema_file.c_str()), xmlRelaxNGFreeParserCtxt);
    const std::unique_ptr<xmlRelaxNG, decltype(&xmlRelaxNGFree)> schema(xmlRelaxNGParse(parser.get()), xmlRelaxNGFree);
    if (!schema) return "the schema cannot be read: " + complaint_;
    const std::unique_ptr<xmlRelaxNGValidCtxt, decltype(&xmlRelaxNGFreeValidCtxt)> valid(
        xmlRelaxNGNewValidCtxt(schema.get()), xmlRelaxNGFreeValidCtxt);
    xmlRelaxNGSetValidStructuredErrors(
        valid.get(),
        [](void* where, xmlErrorPtr error) {
          *static_cast<std::string*>(where) += error->message != nullptr ? error->message : "?";
        },
        &complaint_);
    return xmlRelaxNGValidateDoc(valid.get(), document_.get()) == 0 ? "" : "does not fit: " + complaint_;
  }
  // The texts of what an XPath names.
  std::vector<std::string> all(const std::string& path) const {
    std::vector<std::string> texts;
    const std::unique_ptr<xmlXPathContext, decltype(&xmlXPathFreeContext)> context(xmlXPathNewContext(document_.get()),
                                                                                   xmlXPathFreeContext);
    const std::unique_ptr<xmlXPathObject, decltype(&xmlXPathFreeObject)> found(
        xmlXPathEvalExpression(reinterpret_cast<const xmlChar*>(path.c_str()), context.get()), xmlXPathFreeObject);
    for (int i = 0; found && found->nodesetval != nullptr && i < found->nodesetval->nodeNr; ++i) {
      xmlChar* content = xmlNodeGetContent(found->nodesetval->nodeTab[i]);
      texts.emplace_back(reinterpret_cast<const char*>(content));
      xmlFree(content);
    }
    return texts;
  }
  std::string one(const std::string& path) const {
    const auto texts = all(path);
    return texts.empty() ? std::string{} : texts.front();
  }

 private:
  std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document_{nullptr, xmlFreeDoc};
  std::string complaint_;
};

}  // namespace tongxin::test
