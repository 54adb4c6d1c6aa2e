// Every contract type that the server reads: the bodies of its routes. Bodies.AreAllAmongThoseThatAreFuzzed (tests/rights) holds
// the list against the routes, so that no new one is forgotten.
#pragma once
#include <boost/mp11.hpp>

#include "send/settings.hpp"
#include "serve/account_shapes.hpp"
#include "serve/api_notes.hpp"
#include "serve/desk_shapes.hpp"
#include "serve/duty_shapes.hpp"
#include "serve/exchange_shapes.hpp"
#include "serve/hotline/shapes.hpp"
#include "serve/ledger_shapes.hpp"
#include "serve/link_shapes.hpp"
#include "serve/merge_shapes.hpp"
#include "serve/my_duty_shapes.hpp"
#include "serve/office_shapes.hpp"
#include "serve/outgoing_shapes.hpp"
#include "serve/place_shapes.hpp"
#include "serve/record_shapes.hpp"
#include "serve/work_calendar_shapes.hpp"

namespace tongxin::fuzz {

namespace inside {
using namespace serve::api;
using Contracts =
    boost::mp11::mp_list<Act, ActOnSlot, AnswerLink, AnswerSwap, AreaBoundary, AskSwap, ChangeOrg, ChangePassword,
                         ChangeSubscription, ChooseMessages, CloseMonth, ContactWishSaid, Drawn, EndLink, EndPost,
                         EnteredYear, HandOverLinks, HotlineSettings, HotlineTicket, ImportMapping, ImportRun,
                         send::MailServer, MergeArea, MoveArea, MoveOccasion, MyCorrection, NewAbsence, NewArea,
                         NewCalendar, NewCheckIn, NewCode, NewLink, NewOccasion, NewOrg, NewPost, NewPosting, NewSlot,
                         NewSubscription, NewToken, NewTrack, PhoneConfirm, PhoneStart, Presence, ProveMail,
                         RaiseRecord, Redact, RenameArea, SavedFilter, SaySkill, SetResponsibility, SignIn,
                         send::SmsGateway, TotpConfirm, TryMail, TryPhone, UndoPosting, Unseal, WhyCancel>;
}  // namespace inside
using inside::Contracts;

}  // namespace tongxin::fuzz
