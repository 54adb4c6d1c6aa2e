// Workbooks made by hand, part by part, so that a test can write what Excel, WPS and others write, and what none should.
#pragma once
#include <zip.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tongxin::test {

inline std::string zipped(const std::vector<std::pair<std::string, std::string>>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, text] : parts)
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, text.data(), text.size(), 0), ZIP_FL_OVERWRITE);
  if (zip_close(zip) != 0) throw std::runtime_error("no zip");
  zip_source_open(target);
  zip_source_seek(target, 0, SEEK_END);
  std::string bytes(std::size_t(zip_source_tell(target)), '\0');
  zip_source_seek(target, 0, SEEK_SET);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

struct Book {
  std::string rows;    // inside <sheetData>
  std::string behind;  // behind it: <mergeCells>…
  std::string texts;   // inside <sst>
  std::string styles =
      "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"164\"/>"
      "<xf numFmtId=\"21\"/></cellXfs>";
  std::string formats =
      "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>";
  std::string properties;  // <workbookPr …/>
  std::string sheets = "<sheet name=\"人员\" sheetId=\"1\" r:id=\"rId1\"/>";

  std::string bytes() const {
    const std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    const std::string main = " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    const std::string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const std::string package =
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
    const auto relation = [&](const std::string& id, const std::string& type, const std::string& target) {
      return "<Relationship Id=\"" + id + "\" Type=\"" + office + "/" + type + "\" Target=\"" + target + "\"/>";
    };
    return zipped({
        {"[Content_Types].xml",
         xml + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"},
        {"_rels/.rels", xml + package + relation("rId1", "officeDocument", "xl/workbook.xml") + "</Relationships>"},
        {"xl/workbook.xml", xml + "<workbook" + main + " xmlns:r=\"" + office + "\">" + properties + "<sheets>" +
                                sheets + "</sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels", xml + package + relation("rId1", "worksheet", "worksheets/sheet1.xml") +
                                           relation("rId2", "worksheet", "worksheets/sheet2.xml") +
                                           relation("rId3", "sharedStrings", "sharedStrings.xml") +
                                           relation("rId4", "styles", "styles.xml") + "</Relationships>"},
        {"xl/styles.xml", xml + "<styleSheet" + main + ">" + formats + styles + "</styleSheet>"},
        {"xl/sharedStrings.xml", xml + "<sst" + main + ">" + texts + "</sst>"},
        {"xl/worksheets/sheet1.xml", sheet(xml, main, rows, behind)},
        {"xl/worksheets/sheet2.xml",
         sheet(xml, main, "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>另一张</t></is></c></row>", "")},
    });
  }

  // One row of texts, as most cells are.
  static std::string line(int number, const std::vector<std::string>& cells) {
    std::string row = "<row r=\"" + std::to_string(number) + "\">";
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (!cells[i].empty())
        row += "<c r=\"" + std::string(1, char('A' + i)) + std::to_string(number) + "\" t=\"inlineStr\"><is><t>" +
               cells[i] + "</t></is></c>";
    return row + "</row>";
  }

 private:
  static std::string sheet(const std::string& xml, const std::string& main, const std::string& rows,
                           const std::string& behind) {
    return xml + "<worksheet" + main + "><sheetData>" + rows + "</sheetData>" + behind + "</worksheet>";
  }
};

}  // namespace tongxin::test
