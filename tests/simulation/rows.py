"""Every flow, by what begins it: a call over HTTP, a message on a queue, the stream, a schedule."""

from tests.simulation.acts import (
    Flow,
    act_on_registration,
    advance_clock,
    ask_for_links,
    ask_to_sign_in,
    corrupt_counter,
    deliver_last_mail,
    deliver_latest,
    exhaust_mailbox,
    import_bookings,
    move_event,
    recount,
    register,
    relay_stream,
    report_mail,
    request_as_organiser,
    request_for_member,
    request_own,
    resolve_problem,
    share_room,
    sign_in_elsewhere,
    sign_out,
    sign_out_everywhere,
    step_broadcast,
    submit_sign_in,
    tick,
    tick_often,
    use_bornholm_event,
)
from tests.simulation.steps import person

EVENT = "/organiser/events/{event_id}"
ONE = f"{EVENT}/registrations/{{registration_id}}"
MINE = "/registrations/{token}"
REGISTER = "POST /events/{event_id}/registrations"

WHY = {"reason": "they speak"}
FULL = (register("Anna", "room"), register("Bo"), register("Carl"), register("Dorte", "bus"))
OFFERED = (*FULL, request_own("Bo", "POST", "/cancellation"), deliver_latest("waitlist", "freed"))
RETURNED = (
    *OFFERED,
    deliver_last_mail("Carl"),
    report_mail("Carl", "Bounce", bounceType="Permanent", bounceSubType="General"),
)
ANNA = register("Anna")
PARTY = (register("Bo", party=[person("Carl", "bus")]),)
LISTED = (ANNA, request_as_organiser("POST", "/manifests", {}), deliver_latest("manifest", "manifest-requested"))
SENT = request_as_organiser("POST", "/manifests/latest/sent", {"to": "airline"})
#: The airline has heard of an erasure from the lists that it has, and there are newer lists to build.
ERASED_FROM_SENT_LISTS = (
    *(*LISTED, SENT, register("Bo"), request_own("Anna", "DELETE"), deliver_latest("manifest", "erased")),
    *(*LISTED[1:], SENT, register("Carl"), LISTED[1]),
)
#: A mail to Anna was withheld, and the full hour has come.
WITHHELD = (exhaust_mailbox, ANNA, deliver_last_mail("Anna"), advance_clock(hours=1))
SHARED = (use_bornholm_event, register("Anna", "shared_bed"), register("Bo", "shared_bed"), share_room)

FLOWS_BY_TRIGGER: dict[str, dict[str, Flow]] = {
    REGISTER: {
        "register": Flow((), register("Anna", "room", "bus")),
        "wait": Flow((ANNA, register("Bo")), register("Carl", "bed")),
        "party": Flow((ANNA,), register("Bo", party=[person("Carl", "bus")])),
        "party of some": Flow((ANNA,), register("Bo", party=[person("Carl", "bus")], accept_fewer=True)),
    },
    f"PATCH {MINE}": {
        "change": Flow((ANNA,), request_own("Anna", "PATCH", "", {"needs": ["room"], "wait_for": ["bus"]})),
        "wish": Flow(
            (register("Anna", "bed"), register("Bo", "room")),
            request_own("Anna", "PATCH", "", {"wait_for": ["room"]}),
        ),
    },
    f"DELETE {MINE}": {
        "erase": Flow((*FULL, deliver_last_mail("Anna")), request_own("Anna", "DELETE")),
        "erase while waiting": Flow(FULL, request_own("Carl", "DELETE")),
    },
    f"POST {MINE}/cancellation": {
        "cancel": Flow(FULL, request_own("Anna", "POST", "/cancellation")),
        "cancel while waiting": Flow(FULL, request_own("Carl", "POST", "/cancellation")),
    },
    f"POST {MINE}/party/{{registration_id}}/cancellation": {
        "cancel for a member": Flow(PARTY, request_for_member("Bo", "Carl", "/cancellation"))
    },
    f"POST {MINE}/party/{{registration_id}}/address": {
        "correct an address": Flow(
            (*PARTY, deliver_last_mail("Carl")),
            request_for_member("Bo", "Carl", "/address", {"email": "karl@example.org"}),
        )
    },
    f"POST {MINE}/acceptance": {"accept": Flow(OFFERED, request_own("Carl", "POST", "/acceptance"))},
    f"POST {MINE}/refusal": {
        "decline": Flow(OFFERED, request_own("Carl", "POST", "/refusal", {})),
        "keep": Flow(OFFERED, request_own("Carl", "POST", "/refusal", {"keep_place": True})),
    },
    f"POST {MINE}/mail": {"ask for the mail": Flow((ANNA,), request_own("Anna", "POST", "/mail", {}))},
    f"POST {MINE}/not-me": {
        "disown": Flow((*FULL, deliver_last_mail("Anna")), request_own("Anna", "POST", "/not-me", {})),
        "disown while waiting": Flow(FULL, request_own("Carl", "POST", "/not-me", {})),
    },
    f"POST {MINE}/wish-to-come": {
        "come after all": Flow(
            (ANNA, request_own("Anna", "POST", "/not-me", {})), request_own("Anna", "POST", "/wish-to-come", {})
        )
    },
    "POST /links": {"ask for links": Flow((ANNA,), ask_for_links)},
    f"PUT {EVENT}": {"event change": Flow(FULL, move_event)},
    f"POST {EVENT}/versions/{{number}}/restoration": {
        "restore a version": Flow(
            (*FULL, move_event), request_as_organiser("POST", "/versions/1/restoration", **{"If-Match": '"2"'})
        )
    },
    f"PUT {EVENT}/allotments/{{name}}": {
        "capacity": Flow(FULL, request_as_organiser("PUT", "/allotments/place", {"capacity": 3}))
    },
    f"POST {EVENT}/allotments/{{name}}/moves": {
        "move units": Flow(
            FULL,
            request_as_organiser(
                "POST", "/allotments/bed/moves", {"to": "room", "units": 1}, **{"If-Match": '"1"'}
            ),
        )
    },
    f"PUT {EVENT}/holds/{{name}}": {
        "hold": Flow(FULL[:1], request_as_organiser("PUT", "/holds/speakers", {"units": {"place": 1}}))
    },
    f"DELETE {EVENT}/holds/{{name}}": {
        "give a hold back": Flow(
            (request_as_organiser("PUT", "/holds/speakers", {"units": {"place": 1}}), ANNA, register("Bo")),
            request_as_organiser("DELETE", "/holds/speakers"),
        )
    },
    f"POST {EVENT}/mails": {
        "ask all": Flow((ANNA,), request_as_organiser("POST", "/mails", {"kind": "missing-details"}))
    },
    f"POST {EVENT}/recount": {
        "repair": Flow((*FULL, corrupt_counter), request_as_organiser("POST", "/recount", {"repair": True}))
    },
    f"POST {EVENT}/problems/{{problem_id}}/resolution": {"strike off": Flow(RETURNED, resolve_problem)},
    f"POST {EVENT}/manifests": {"ask for lists": Flow(FULL, request_as_organiser("POST", "/manifests", {}))},
    f"POST {EVENT}/manifests/{{version}}/sent": {
        "sent": Flow(LISTED, request_as_organiser("POST", "/manifests/1/sent", {"to": "airline"}))
    },
    f"POST {EVENT}/shared-rooms": {"share a room": Flow(SHARED[:-1], share_room)},
    f"DELETE {EVENT}/shared-rooms/{{registration_id}}": {
        "share no more": Flow(
            SHARED, lambda scene: scene.request_as_organiser("DELETE", f"/shared-rooms/{scene.get_id('Anna')}")
        )
    },
    f"POST {EVENT}/bookings": {
        "book": Flow((use_bornholm_event, register("Anna", "flight_out")), import_bookings)
    },
    f"PATCH {ONE}": {
        "change by hand": Flow((ANNA,), act_on_registration("PATCH", "Anna", "", {"given_name": "Annie"})),
        "more by hand": Flow((ANNA,), act_on_registration("PATCH", "Anna", "", {"needs": ["room"]})),
    },
    f"DELETE {ONE}": {"erase by hand": Flow((ANNA,), act_on_registration("DELETE", "Anna"))},
    f"POST {ONE}/cancellation": {
        "cancel by hand": Flow(FULL, act_on_registration("POST", "Anna", "/cancellation", WHY))
    },
    f"POST {ONE}/promotion": {
        "promote by hand": Flow(FULL, act_on_registration("POST", "Dorte", "/promotion", {**WHY, "confirm": True}))
    },
    f"PUT {ONE}/priority": {
        "prioritise": Flow(FULL, act_on_registration("PUT", "Dorte", "/priority", {**WHY, "priority": 1}))
    },
    f"POST {ONE}/mail": {"mail once more": Flow(FULL, act_on_registration("POST", "Anna", "/mail", {}))},
    f"POST {ONE}/check-in": {"check in": Flow(FULL, act_on_registration("POST", "Anna", "/check-in", {}))},
    f"DELETE {ONE}/check-in": {
        "undo": Flow(
            (*FULL, act_on_registration("POST", "Anna", "/check-in", {})),
            act_on_registration("DELETE", "Anna", "/check-in"),
        )
    },
    "POST /organiser/sessions": {"ask to sign in": Flow((), ask_to_sign_in)},
    "POST /organiser/sign-in": {"sign in": Flow((ask_to_sign_in,), submit_sign_in)},
    "POST /organiser/sign-out": {"sign out": Flow((), sign_out)},
    "POST /organiser/sign-out-everywhere": {
        "sign out everywhere": Flow((sign_in_elsewhere,), sign_out_everywhere)
    },
    "relay": {"relay": Flow(FULL, relay_stream)},
    "waitlist: freed": {"move up": Flow(OFFERED[:-1], deliver_latest("waitlist", "freed"))},
    "waitlist: mail-bounced": {"an offer comes back": Flow(RETURNED, deliver_latest("waitlist", "mail-bounced"))},
    "rounds: event-changed": {"round": Flow((*FULL, move_event), deliver_latest("rounds", "event-changed"))},
    "rounds: round-due": {
        "round, one page": Flow((*FULL, move_event, deliver_latest("rounds", "event-changed")), step_broadcast),
    },
    "manifest: manifest-requested": {
        "manifest": Flow((*FULL, LISTED[1]), LISTED[2]),
        "manifest after one that is not needed any more": Flow(ERASED_FROM_SENT_LISTS, LISTED[2]),
    },
    "manifest: erased": {
        "withdraw": Flow(
            (*LISTED, register("Bo"), request_own("Anna", "DELETE")), deliver_latest("manifest", "erased")
        )
    },
    "mail: confirmed": {"mail": Flow(FULL, deliver_last_mail("Anna"))},
    "mail: told-of-change": {
        "news": Flow(
            (ANNA, move_event, deliver_latest("rounds", "event-changed"), step_broadcast),
            deliver_latest("mail", "told-of-change"),
        )
    },
    "mail: mail-asked": {
        "the mail once more": Flow(
            (ANNA, act_on_registration("POST", "Anna", "/mail", {})), deliver_latest("mail", "mail-asked")
        )
    },
    "mail: link-requested": {
        "the link": Flow((ANNA, register("Anna", key="another")), deliver_latest("mail", "link-requested"))
    },
    "mail: links-asked": {"all links": Flow((ANNA, ask_for_links), deliver_latest("mail", "links-asked"))},
    "mail: mails-drawn-together": {
        "how it stands now": Flow((*WITHHELD, tick), deliver_latest("mail", "mails-drawn-together"))
    },
    "mail: mail-bounced": {"an organiser hears of it": Flow(RETURNED, deliver_latest("mail", "mail-bounced"))},
    "mail: manifest-ready": {"lists are ready": Flow(LISTED, deliver_latest("mail", "manifest-ready"))},
    "mail: sign-in-requested": {
        "the way in": Flow((ask_to_sign_in,), deliver_latest("mail", "sign-in-requested"))
    },
    "mail: erased": {
        "erase what was mailed": Flow(
            (ANNA, deliver_last_mail("Anna"), register("Anna", key="another"), request_own("Anna", "DELETE")),
            deliver_latest("mail", "erased"),
        )
    },
    "feedback: Bounce": {
        "bounce": Flow(
            (ANNA, deliver_last_mail("Anna")),
            report_mail("Anna", "Bounce", bounceType="Permanent", bounceSubType="General"),
        )
    },
    "feedback: Complaint": {
        "complaint": Flow((ANNA, deliver_last_mail("Anna")), report_mail("Anna", "Complaint"))
    },
    "feedback: Reject": {
        "rejection": Flow((ANNA, deliver_last_mail("Anna")), report_mail("Anna", "Reject", reason="Bad content"))
    },
    "clock": {
        "expire": Flow((*OFFERED, advance_clock(days=3)), tick),
        "release of withheld mails": Flow(WITHHELD, tick),
        "reminder": Flow((*FULL, advance_clock(days=1, hours=2)), tick),
        "purge of health": Flow((*LISTED, advance_clock(days=68)), tick_often),
        "purge": Flow((*LISTED, register("Bo"), register("Carl"), advance_clock(days=250)), tick_often),
    },
    "reconciler": {"reconciler": Flow((*FULL, corrupt_counter), recount)},
}
