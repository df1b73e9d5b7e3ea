"""Every flow, by what begins it: a call over HTTP, a message on a queue, the stream, a schedule."""

from tests.simulation.acts import (
    Flow,
    ask_to_sign_in,
    book,
    by_hand,
    go_to_bornholm,
    hear,
    later,
    miscount,
    move,
    organise,
    own,
    press_sign_in,
    recount,
    register,
    report,
    share,
    sign_out,
    step_round,
    strike_off,
    tell,
    tell_stream,
    tick,
    tick_often,
)
from tests.simulation.steps import person

EVENT = "/organiser/events/{event_id}"
ONE = f"{EVENT}/registrations/{{registration_id}}"
MINE = "/registrations/{token}"
REGISTER = "POST /events/{event_id}/registrations"

WHY = {"reason": "they speak"}
FULL = (register("Anna", "room"), register("Bo"), register("Carl"), register("Dorte", "bus"))
OFFERED = (*FULL, own("Bo", "POST", "/cancellation"), hear("waitlist", "freed"))
RETURNED = (*OFFERED, tell("Carl"), report("Carl", "Bounce", bounceType="Permanent", bounceSubType="General"))
ANNA = register("Anna")
LISTED = (ANNA, organise("POST", "/manifests", {}), hear("manifest", "manifest-requested"))
SENT = organise("POST", "/manifests/latest/sent", {"to": "airline"})
#: The airline has heard that somebody is gone whom it had lists of, and there are newer lists to build.
TOLD_OF_WHO_IS_GONE = (
    *(*LISTED, SENT, register("Bo"), own("Anna", "DELETE"), hear("manifest", "erased")),
    *(*LISTED[1:], SENT, register("Carl"), LISTED[1]),
)
SHARED = (go_to_bornholm, register("Anna", "shared_bed"), register("Bo", "shared_bed"), share)

ROWS: dict[str, dict[str, Flow]] = {
    REGISTER: {
        "register": Flow((), register("Anna", "room", "bus")),
        "wait": Flow((ANNA, register("Bo")), register("Carl", "bed")),
        "party": Flow((ANNA,), register("Bo", party=[person("Carl", "bus")])),
        "party of some": Flow((ANNA,), register("Bo", party=[person("Carl", "bus")], accept_fewer=True)),
    },
    f"GET {MINE}": {"look at an offer that is over": Flow((*OFFERED, later(days=3)), own("Carl", "GET"))},
    f"PATCH {MINE}": {
        "change": Flow((ANNA,), own("Anna", "PATCH", "", {"needs": ["room"], "wait_for": ["bus"]})),
        "wish": Flow(
            (register("Anna", "bed"), register("Bo", "room")), own("Anna", "PATCH", "", {"wait_for": ["room"]})
        ),
    },
    f"DELETE {MINE}": {
        "erase": Flow((*FULL, tell("Anna")), own("Anna", "DELETE")),
        "erase while waiting": Flow(FULL, own("Carl", "DELETE")),
    },
    f"POST {MINE}/cancellation": {
        "cancel": Flow(FULL, own("Anna", "POST", "/cancellation")),
        "cancel while waiting": Flow(FULL, own("Carl", "POST", "/cancellation")),
    },
    f"POST {MINE}/acceptance": {"accept": Flow(OFFERED, own("Carl", "POST", "/acceptance"))},
    f"POST {MINE}/refusal": {
        "decline": Flow(OFFERED, own("Carl", "POST", "/refusal", {})),
        "keep": Flow(OFFERED, own("Carl", "POST", "/refusal", {"keep_place": True})),
    },
    f"POST {MINE}/mail": {"ask for the mail": Flow((ANNA,), own("Anna", "POST", "/mail", {}))},
    f"PUT {EVENT}": {"event change": Flow(FULL, move)},
    f"PUT {EVENT}/allotments/{{name}}": {
        "capacity": Flow(FULL, organise("PUT", "/allotments/place", {"capacity": 3}))
    },
    f"POST {EVENT}/allotments/{{name}}/moves": {
        "move units": Flow(
            FULL, organise("POST", "/allotments/bed/moves", {"to": "room", "units": 1}, **{"If-Match": '"1"'})
        )
    },
    f"PUT {EVENT}/holds/{{name}}": {
        "hold": Flow(FULL[:1], organise("PUT", "/holds/speakers", {"units": {"place": 1}}))
    },
    f"DELETE {EVENT}/holds/{{name}}": {
        "give a hold back": Flow(
            (organise("PUT", "/holds/speakers", {"units": {"place": 1}}), ANNA, register("Bo")),
            organise("DELETE", "/holds/speakers"),
        )
    },
    f"POST {EVENT}/mails": {"ask all": Flow((ANNA,), organise("POST", "/mails", {"kind": "missing-details"}))},
    f"POST {EVENT}/recount": {"repair": Flow((*FULL, miscount), organise("POST", "/recount", {"repair": True}))},
    f"POST {EVENT}/problems/{{problem_id}}/resolution": {"strike off": Flow(RETURNED, strike_off)},
    f"POST {EVENT}/manifests": {"ask for lists": Flow(FULL, organise("POST", "/manifests", {}))},
    f"POST {EVENT}/manifests/{{version}}/sent": {
        "sent": Flow(LISTED, organise("POST", "/manifests/1/sent", {"to": "airline"}))
    },
    f"POST {EVENT}/shared-rooms": {"share a room": Flow(SHARED[:-1], share)},
    f"DELETE {EVENT}/shared-rooms/{{registration_id}}": {
        "share no more": Flow(SHARED, lambda scene: scene.organise("DELETE", f"/shared-rooms/{scene.id('Anna')}"))
    },
    f"POST {EVENT}/bookings": {"book": Flow((go_to_bornholm, register("Anna", "flight_out")), book)},
    f"PATCH {ONE}": {
        "change by hand": Flow((ANNA,), by_hand("PATCH", "Anna", "", {"given_name": "Annie"})),
        "more by hand": Flow((ANNA,), by_hand("PATCH", "Anna", "", {"needs": ["room"]})),
    },
    f"DELETE {ONE}": {"erase by hand": Flow((ANNA,), by_hand("DELETE", "Anna"))},
    f"POST {ONE}/cancellation": {"cancel by hand": Flow(FULL, by_hand("POST", "Anna", "/cancellation", WHY))},
    f"POST {ONE}/promotion": {
        "promote by hand": Flow(FULL, by_hand("POST", "Dorte", "/promotion", {**WHY, "confirm": True}))
    },
    f"PUT {ONE}/priority": {
        "prioritise": Flow(FULL, by_hand("PUT", "Dorte", "/priority", {**WHY, "priority": 1}))
    },
    f"POST {ONE}/mail": {"mail once more": Flow(FULL, by_hand("POST", "Anna", "/mail", {}))},
    f"POST {ONE}/check-in": {"check in": Flow(FULL, by_hand("POST", "Anna", "/check-in", {}))},
    f"DELETE {ONE}/check-in": {
        "undo": Flow((*FULL, by_hand("POST", "Anna", "/check-in", {})), by_hand("DELETE", "Anna", "/check-in"))
    },
    "POST /organiser/sessions": {"ask to sign in": Flow((), ask_to_sign_in)},
    "POST /organiser/sign-in": {"sign in": Flow((ask_to_sign_in,), press_sign_in)},
    "POST /organiser/sign-out": {"sign out": Flow((), sign_out)},
    "relay": {"relay": Flow(FULL, tell_stream)},
    "waitlist: freed": {"move up": Flow(OFFERED[:-1], hear("waitlist", "freed"))},
    "waitlist: mail-bounced": {"an offer comes back": Flow(RETURNED, hear("waitlist", "mail-bounced"))},
    "rounds: event-changed": {"round": Flow((*FULL, move), hear("rounds", "event-changed"))},
    "rounds: round-due": {
        "round, one page": Flow((*FULL, move, hear("rounds", "event-changed")), step_round),
    },
    "manifest: manifest-requested": {
        "manifest": Flow((*FULL, LISTED[1]), LISTED[2]),
        "manifest after one that is not needed any more": Flow(TOLD_OF_WHO_IS_GONE, LISTED[2]),
    },
    "manifest: erased": {
        "withdraw": Flow((*LISTED, register("Bo"), own("Anna", "DELETE")), hear("manifest", "erased"))
    },
    "mail: confirmed": {"mail": Flow(FULL, tell("Anna"))},
    "mail: told-of-change": {
        "news": Flow((ANNA, move, hear("rounds", "event-changed"), step_round), hear("mail", "told-of-change"))
    },
    "mail: mail-asked": {
        "the mail once more": Flow((ANNA, by_hand("POST", "Anna", "/mail", {})), hear("mail", "mail-asked"))
    },
    "mail: link-requested": {
        "the link": Flow((ANNA, register("Anna", key="another")), hear("mail", "link-requested"))
    },
    "mail: mail-bounced": {"an organiser hears of it": Flow(RETURNED, hear("mail", "mail-bounced"))},
    "mail: manifest-ready": {"lists are ready": Flow(LISTED, hear("mail", "manifest-ready"))},
    "mail: sign-in-requested": {"the way in": Flow((ask_to_sign_in,), hear("mail", "sign-in-requested"))},
    "mail: erased": {
        "erase what was mailed": Flow(
            (ANNA, tell("Anna"), register("Anna", key="another"), own("Anna", "DELETE")), hear("mail", "erased")
        )
    },
    "feedback: Bounce": {
        "bounce": Flow(
            (ANNA, tell("Anna")), report("Anna", "Bounce", bounceType="Permanent", bounceSubType="General")
        )
    },
    "feedback: Complaint": {"complaint": Flow((ANNA, tell("Anna")), report("Anna", "Complaint"))},
    "feedback: Reject": {"rejection": Flow((ANNA, tell("Anna")), report("Anna", "Reject", reason="Bad content"))},
    "clock": {
        "expire": Flow((*OFFERED, later(days=3)), tick),
        "reminder": Flow((*FULL, later(days=1, hours=2)), tick),
        "purge of health": Flow((*LISTED, later(days=68)), tick_often),
        "purge": Flow((*LISTED, register("Bo"), register("Carl"), later(days=250)), tick_often),
    },
    "reconciler": {"reconciler": Flow((*FULL, miscount), recount)},
}
