#include "store/copy.hpp"

#include <sodium.h>

#include <fmt/ranges.h>

#include "store/later.hpp"
#include "store/search_schema.hpp"
#include "store/sql_words.hpp"

namespace tongxin::store {
namespace {

constexpr int kPage = 500;

// One value of a row, kept: a page is read before it is written.
struct Cell {
  Value::Kind kind = Value::Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;

  Value value() const {
    Value made;
    made.kind = kind, made.integer = integer, made.real = real, made.view = text;
    return made;
  }
};
using Cells = std::vector<Cell>;

Cells cells_of(const TableShape& table, const Row& row) {
  Cells cells(table.columns.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const int column = int(i);
    if (row.is_null(column)) continue;
    Cell& cell = cells[i];
    cell.kind = table.columns[i].kind;
    if (cell.kind == Value::Kind::integer)
      cell.integer = row.integer(column);
    else if (cell.kind == Value::Kind::real)
      cell.real = row.real(column);
    else
      cell.text = row.text(column);
  }
  return cells;
}

// Text and bytes with their length before them, so that no two rows have one line.
std::string line_of(const Cells& cells) {
  std::string line;
  for (const Cell& cell : cells) switch (cell.kind) {
      case Value::Kind::null: line += "-;"; break;
      case Value::Kind::integer: line += fmt::format("{};", cell.integer); break;
      case Value::Kind::real: line += fmt::format("{};", cell.real + 0.0); break;  // -0 is 0
      default: line += fmt::format("{}:{};", cell.text.size(), cell.text);
    }
  return line;
}

std::string names_of(const TableShape& table) {
  std::string names;
  for (const auto& column : table.columns) names += (names.empty() ? "" : ", ") + column.name;
  return names;
}

std::string parameters(std::size_t count) {
  std::string list;
  for (std::size_t i = 1; i <= count; ++i) list += fmt::format("{}${}", i == 1 ? "" : ", ", i);
  return list;
}

std::size_t column_of(const TableShape& table, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return i;
  throw Fault(Code::internal, words("表 {} 没有列 {}", "the table {} has no column {}", table.name, name));
}

// Calls `page` with up to kPage rows at a time, in the order of the key.
void each_page(Tx& tx, const TableShape& table, const std::function<void(std::vector<Cells>&)>& page) {
  const std::string key = fmt::format("{}", fmt::join(table.key, ", ")),
                    tail = fmt::format(" ORDER BY {} LIMIT {}", key, kPage),
                    first = fmt::format("SELECT {} FROM {}{}", names_of(table), table.name, tail),
                    next = fmt::format("SELECT {} FROM {} WHERE ({}) > ({}){}", names_of(table), table.name, key,
                                       parameters(table.key.size()), tail);
  const Sql first_page{"rows_of_realm", first}, next_page{"rows_of_realm", next};
  std::vector<std::size_t> key_columns;
  for (const std::string& name : table.key) key_columns.push_back(column_of(table, name));
  Cells last;
  for (;;) {
    std::vector<Value> after;
    if (!last.empty())
      for (const std::size_t column : key_columns) after.push_back(last[column].value());
    std::vector<Cells> rows;
    tx.query(last.empty() ? first_page : next_page, after, [&](const Row& row) {
      rows.push_back(cells_of(table, row));
      return true;
    });
    if (rows.empty()) return;
    last = rows.back();
    const bool more = int(rows.size()) == kPage;
    page(rows);
    if (!more) return;
  }
}

class Digesting {
 public:
  Digesting() { crypto_hash_sha256_init(&state_); }
  void add(const std::string& line) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(line.data()), line.size());
  }
  std::string end() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state_, digest.data());
    std::string hex;
    for (const unsigned byte : digest) hex += fmt::format("{:02x}", byte);
    return hex;
  }

 private:
  crypto_hash_sha256_state state_{};
};

bool is_search(const TableShape& table) { return table.name == "search_text"; }

void need_empty(Store& store, const std::vector<TableShape>& tables) {
  store.read([&](Tx& tx) {
    for (const TableShape& table : tables) {
      const std::string text = fmt::format("SELECT {} FROM {} LIMIT 1", table.columns.front().name, table.name);
      bool any = false;
      tx.query(Sql{"rows_of_realm", text}, {}, [&](const Row&) { return any = true; });
      if (any)
        throw Fault(Code::conflict, words("目标数据库不是空的（表 {} 里有数据）",
                                          "the new database is not empty: table {} has rows", table.name));
    }
  });
}

// The search has an index beside its table, of the engine's own kind: it is made anew from the texts.
void write_page(Store& to, const TableShape& table, const std::vector<Cells>& rows) {
  const std::string text = fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING", table.name,
                                       names_of(table), parameters(table.columns.size()));
  const Sql insert{"copy_row", text};
  to.write([&](Tx& tx) {
    for (const Cells& row : rows) {
      if (is_search(table)) {
        tx.index(RealmId{row[0].integer}, row[1].integer, row[2].text, row[3].text);
        continue;
      }
      std::vector<Value> values;
      for (const Cell& cell : row) values.push_back(cell.value());
      later(tx, insert, values);
    }
  });
}

Value::Kind kind_of(const std::string& type) {
  if (type == "bigint" || type == "integer") return Value::Kind::integer;
  if (type == "double") return Value::Kind::real;
  if (type == "bytes") return Value::Kind::bytes;
  return Value::Kind::text;
}

void add_shapes(std::string_view text, std::vector<TableShape>& shapes) {
  for (const auto statement : inside::split_statements(text)) {
    if (const auto added = inside::read_added_column(statement)) {
      const auto to = std::ranges::find(shapes, added->table, &TableShape::name);
      if (to != shapes.end()) to->columns.push_back({added->column, kind_of(added->type)});
      continue;
    }
    const auto table = inside::read_create_table(statement);
    if (!table || !table->kind) continue;
    TableShape shape{*table->kind, table->table, {}, table->primary_key};
    for (const auto& [name, type] : table->columns)
      if (type != "tsvector") shape.columns.push_back({name, kind_of(type)});
    shapes.push_back(std::move(shape));
  }
}

std::vector<const Migration*> in_order(std::span<const Migration> migrations) {
  std::vector<const Migration*> sorted;
  for (const Migration& each : migrations) sorted.push_back(&each);
  std::stable_sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->number < b->number; });
  return sorted;
}

std::vector<std::string> differing(const std::vector<TableProof>& a, const std::vector<TableProof>& b) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i]) names.push_back(fmt::format("{} ({}, {})", a[i].table, a[i].rows, b[i].rows));
  return names;
}

}  // namespace

std::vector<TableShape> table_shapes(std::span<const Migration> migrations) {
  std::vector<TableShape> shapes;
  add_shapes(inside::kPostgresSearch.text, shapes);
  for (const Migration* each : in_order(migrations)) add_shapes(each->text, shapes);
  return shapes;
}

void each_row(Tx& tx, const TableShape& table, const std::function<void(const std::string&)>& each) {
  each_page(tx, table, [&](std::vector<Cells>& rows) {
    for (const Cells& row : rows) each(line_of(row));
  });
}

std::vector<TableProof> proof_of(Store& store, std::span<const Migration> migrations) {
  return store.read([&](Tx& tx) {
    std::vector<TableProof> proofs;
    for (const TableShape& table : table_shapes(migrations)) {
      TableProof proof{table.name, {}, 0};
      Digesting digest;
      each_row(tx, table, [&](const std::string& line) { digest.add(line), ++proof.rows; });
      proof.digest = digest.end();
      proofs.push_back(std::move(proof));
    }
    return proofs;
  });
}

std::vector<TableProof> copy_store(Store& from, Store& to, std::span<const Migration> migrations,
                                   const std::function<void(const std::string&, std::int64_t)>& progress) {
  const auto tables = table_shapes(migrations);
  need_empty(to, tables);
  std::vector<TableProof> before;
  from.read([&](Tx& tx) {
    before.clear();
    for (const TableShape& table : tables) {
      TableProof proof{table.name, {}, 0};
      Digesting digest;
      each_page(tx, table, [&](std::vector<Cells>& rows) {
        for (const Cells& row : rows) digest.add(line_of(row));
        proof.rows += std::int64_t(rows.size());
        write_page(to, table, rows);
        if (progress) progress(table.name, proof.rows);
      });
      proof.digest = digest.end();
      before.push_back(std::move(proof));
    }
  });
  auto after = proof_of(to, migrations);
  if (const auto names = differing(before, after); !names.empty())
    throw Fault(Code::internal, words("搬移后核对不符：{}", "after the move these tables differ: {}",
                                      fmt::format("{}", fmt::join(names, ", "))));
  return after;
}

}  // namespace tongxin::store
