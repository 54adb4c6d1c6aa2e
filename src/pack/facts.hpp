// What an expression of a kind may speak of: the form's fields by their names, and facts of the record.
//
//   state previous_state category function urgent source level has_place today now age_hours age_days
//   holder                    the organisation that holds it now (text: an id)
//   itself                    the record itself (text: its id)
//   self                      the acting person (text: an id; null: nobody signed in)
//   is_holder                 has the actor a live post in the organisation that holds it now
//   is_reporter has_reporter  does the actor ask for the own matter; is there somebody to answer
//   times.<action>            how often it was taken        people.<action>  by how many different people
//   did.<action>              did the actor take it before
//   deadlines.<name>.late / .running
//   children.total .open .in_<state>      participants.<role>      parent.state
//   rating.satisfied .solved .contacted .stars .score .grade      the latest rating
//   <field>.<other>           a field (or `state`) of the record that a field names (`type: record, of: <kind>`)
//   input.<field>             in an action: what was just entered (fields of the record still hold what was before)
#pragma once
#include "pack/kind_loader.hpp"
#include "pack/model.hpp"

namespace tongxin::pack::inside {

// The scope of a kind whose form, states and outline are known; fills kind.facts in the scope's order.
Scope kind_scope(Kind& kind, const KindDocument& document, const LoaderContext& context);
// The kind's names and, behind them, input.<field> for every field of the action's form, and behind those the fields of
// records that the form names: `links` says where they come from, in order.
Scope action_scope(const Scope& kind_scope, const Form& form, const LoaderContext& context, std::vector<Fact>* links);

bool is_reserved_fact(std::string_view field_name);
}  // namespace tongxin::pack::inside
