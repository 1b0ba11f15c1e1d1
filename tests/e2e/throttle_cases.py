"""Rates: what passes, what is refused, and who is counted together."""

import collections
import concurrent.futures
import re

from rig.gateway import CRAWLER
from rig.marks import threaded
from rig.rig import wait_until
from rig.wire import request


def throttled(rate, more=""):
    return (f"preset: allow-all\nrules:\n  - name: slow-down\n    when: {{ path: '/heavy/**' }}\n"
            f"    then: throttle\n    rate: {rate}\n{more}")


def ask_from(gate, client, target="/heavy/page", **options):
    return gate.ask(target, fields=[("X-Forwarded-For", client)], **options)


@threaded
def case_all_threads_share_one_bucket(rig):
    origin = rig.origin()
    gate = rig.site(origin, throttled("1/h", "    burst: 25\n"), config="threads: 2\n")

    def ask(_):
        return ask_from(gate, "198.51.100.7").status
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = collections.Counter(pool.map(ask, range(100)))
    assert statuses == {200: 25, 429: 75}, statuses
    assert len(origin.requests) == 25
    wait_until(lambda: gate.metric("turnpike_requests_total", action="throttle") == 100,
               lambda: gate.metrics_text())
    assert gate.metric("turnpike_requests_total", action="throttle", outcome="forwarded") == 25
    assert gate.metric("turnpike_requests_total", action="throttle", outcome="refused") == 75
    assert gate.metric("turnpike_table_entries", table="rates") == 1
    assert gate.metric("turnpike_table_evictions_total", table="rates") == 0


def case_a_refusal_says_when_to_come_again(rig):
    gate = rig.site(rig.origin(), throttled("30/min", "    burst: 1\n"))
    passed = ask_from(gate, "198.51.100.7")
    assert passed.status == 200
    assert passed["ratelimit-policy"] == '"slow-down";q=30;w=60;turnpike-burst=1', passed.fields
    assert passed["ratelimit"] == '"slow-down";r=0;t=2', passed.fields
    refused = ask_from(gate, "198.51.100.7", method="HEAD")
    assert refused.status == 429 and refused["retry-after"] in ("1", "2"), refused.fields
    assert re.fullmatch('"slow-down";r=0;t=[12]', refused["ratelimit"]), refused.fields
    assert refused["cache-control"] == "no-store" and refused["x-turnpike-id"], refused.fields
    record = gate.record(id=refused["x-turnpike-id"])
    assert (record["action"], record["status"], record["outcome"]) == \
        ("throttle", 429, "refused"), record
    assert (record["rule"], record["client"]) == ("slow-down", "198.51.100.7"), record
    free = ask_from(gate, "198.51.100.7", "/light")
    assert free.status == 200 and "ratelimit" not in free.fields, free.fields


def case_tokens_come_back_with_time(rig):
    gate = rig.site(rig.origin(), throttled("10/s", "    burst: 1\n"))
    assert ask_from(gate, "198.51.100.7").status == 200
    wait_until(lambda: ask_from(gate, "198.51.100.7").status == 200, "it stays refused")
    assert gate.metric("turnpike_requests_total", outcome="forwarded") >= 2


def case_clients_are_counted_by_crawler_else_by_address(rig):
    gate = rig.site(rig.origin(), throttled("1/h", "    burst: 1\n"))
    assert ask_from(gate, "198.51.100.7").status == 200
    assert ask_from(gate, "198.51.100.7").status == 429
    assert ask_from(gate, "198.51.100.8").status == 200
    assert ask_from(gate, "2001:db8:0:1::1").status == 200
    assert ask_from(gate, "2001:db8:0:1:ffff::2").status == 429
    assert ask_from(gate, "2001:db8:0:2::1").status == 200
    assert ask_from(gate, "198.51.100.7", agent=CRAWLER).status == 200
    assert ask_from(gate, "198.51.100.99", agent=CRAWLER).status == 429


def case_per_site_counts_everybody_together(rig):
    gate = rig.site(rig.origin(), throttled("1/h", "    burst: 2\n    per: site\n"))
    assert [ask_from(gate, f"198.51.100.{i}").status for i in range(4)] == [200, 200, 429, 429]
    assert gate.ask("/heavy/x").status == 429


def case_a_ceiling_on_allow_is_kept(rig):
    gate = rig.site(rig.origin(), "rules: [{ name: guest, when: { crawler: GPTBot }, then: allow, "
                                  "rate: 1/h, burst: 2 }]\n")
    assert [gate.ask(agent=CRAWLER).status for _ in range(3)] == [200, 200, 429]


def case_observing_takes_no_tokens(rig):
    gate = rig.site(rig.origin(), throttled("1/h", "    burst: 1\n") + "mode: observe\n")
    for _ in range(3):
        assert ask_from(gate, "198.51.100.7").status == 200
    record = gate.records(3)[-1]
    assert (record["action"], record["mode"], record["outcome"]) == \
        ("throttle", "observe", "forwarded"), record
    assert gate.metric("turnpike_table_entries", table="rates") == 0


def case_two_clients_behind_one_forwarder_that_nobody_trusts_are_not_one(rig):
    gate = rig.site(rig.origin(), throttled("1/h", "    burst: 1\n"),
                    config="trusted_proxies: [private]\n")
    for client in ["198.51.100.7", "198.51.100.8", "198.51.100.7"]:
        assert ask_from(gate, client).status == 200
    line = b"trusted_proxies: [private, 127.0.0.1]"
    wait_until(lambda: line in gate.process.stderr(), lambda: gate.process.tail())
    assert gate.process.stderr().count(line) == 1, gate.process.tail()
    assert gate.metric("turnpike_untrusted_forwarded_total") == 3


def case_a_client_cannot_give_itself_a_new_bucket(rig):
    """Only what the trusted proxy added counts, however the client fills the field before it."""
    gate = rig.site(rig.origin(), throttled("1/h", "    burst: 1\n"))
    assert ask_from(gate, "198.51.100.7").status == 200
    for written in ["192.0.2.1, 198.51.100.7", "x, 198.51.100.7", "198.51.100.7,",
                    "[198.51.100.7]", "198.51.100.7:4711", "::ffff:198.51.100.7"]:
        assert ask_from(gate, written).status == 429, written
    for forwarded in ["for=198.51.100.7", 'for="192.0.2.1, for=198.51.100.7']:
        fields = [("Forwarded", forwarded)]
        assert gate.ask("/heavy/x", fields=fields).status == 429, forwarded
        fields = [("Forwarded", "for=192.0.2.77"), ("X-Forwarded-For", "198.51.100.7")]
        assert gate.ask("/heavy/x", fields=fields).status == 429


def case_pipelined_requests_are_counted_one_by_one(rig):
    gate = rig.site(rig.origin(), throttled("1/h", "    burst: 3\n"))
    with gate.client() as client:
        client.send(b"".join(request("/heavy/x", fields=[("X-Forwarded-For", "198.51.100.7")])
                             for _ in range(5)))
        assert [client.receive().status for _ in range(5)] == [200, 200, 200, 429, 429]
