"""What the product says about itself: the access log's contract, metrics, a real Prometheus."""

import re
import subprocess
import time

from rig.gateway import BROWSER, CRAWLER, LOG_FIELDS, metric_values
from rig.marks import limit
from rig.origin import answer_all
from rig.rig import wait_until
from rig.wire import Client, request, response

FAMILIES = """requests_total responses_total rule_matches_total crawler_requests_total
    crawler_response_bytes_total request_duration_seconds decision_duration_seconds
    origin_duration_seconds origin_requests_total connections limited_total catalogue_age_seconds
    log_dropped_total series_dropped_total build_info""".split()


def case_a_line_of_the_json_log_has_the_contracts_fields_in_order(rig):
    origin = rig.origin(answer_all(response(b"hello")))
    gate = rig.site(origin, config="trusted_proxies: [loopback]\n")
    gate.ask("/a/b?c=d", "POST", body=b"12345", agent=CRAWLER.replace("GPTBot", "Slackbot"),
             fields=[("Referer", "http://r.example/"), ("X-Forwarded-For", "192.0.2.9"),
                     ("X-Request-Id", "r-1")])
    gate.ask("/", agent=CRAWLER)
    forwarded, refused = gate.record(outcome="forwarded"), gate.record(outcome="refused")
    for record in (forwarded, refused):
        keys = list(record)
        assert keys == [name for name in LOG_FIELDS if name in record], keys
        assert None not in record.values()
    wanted = {"request_id": "r-1", "site": "example", "client": "192.0.2.9", "peer": "127.0.0.1",
              "method": "POST", "host": "site.example", "path": "/a/b", "query": "c=d",
              "protocol": "HTTP/1.1", "status": 200, "outcome": "forwarded", "action": "allow",
              "mode": "enforce", "bytes_in": 5, "proof": "none", "referer": "http://r.example/"}
    for key, value in wanted.items():
        assert forwarded[key] == value, f"{key}: {forwarded[key]!r}, not {value!r}"
    assert forwarded["bytes_out"] >= 5 and 0 <= forwarded["origin_ms"] <= forwarded["duration_ms"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", forwarded["time"]), forwarded
    assert re.fullmatch("[0-9a-z]{16}", forwarded["id"])
    wanted = {"status": 403, "outcome": "refused", "action": "deny", "crawler": "GPTBot",
              "operator": "OpenAI", "category": "ai-training", "user_agent": CRAWLER}
    for key, value in wanted.items():
        assert refused[key] == value, f"{key}: {refused[key]!r}, not {value!r}"
    assert refused["rule"] and refused["reason"] and refused["where"], refused
    assert "origin_ms" not in refused and "query" not in refused, refused


def case_what_clients_send_cannot_break_a_line(rig):
    gate = rig.turnpike(origin=rig.origin())
    agents = ['a"b\\c', "tab\there", "\xff\xfe\x80", "\u2028".encode().decode("latin-1"),
              "x" * 6000, '","status":999,"x":"']
    for number, agent in enumerate(agents):
        assert gate.ask(f'/"}}{{\\?a="&{number}', agent=agent).status in (200, 400)
    assert len(gate.records(len(agents))) == len(agents)
    for number in (0, 5):
        record = gate.record(query=f'a="&{number}')
        assert record["user_agent"] == agents[number] and record["status"] == 200, record


def case_addresses_and_queries_can_be_left_out(rig):
    for detail, pattern in [("prefix", r"127\.0\.0\.0(/\d+)?"), ("none", None)]:
        gate = rig.site(rig.origin(),
                        config=f"access_log: {{ address: {detail}, query: false }}\n")
        gate.ask("/a?secret=1")
        line = gate.log()[0]
        assert "secret" not in line and "127.0.0.1" not in line, line
        record = gate.records()[0]
        if pattern:
            assert re.fullmatch(pattern, record["client"]), record
        else:
            assert "client" not in record and "peer" not in record, record


def case_the_combined_format_is_that_of_other_servers(rig):
    gate = rig.site(rig.origin(answer_all(response(b"hello"))),
                    config="access_log: { format: combined }\n")
    gate.ask("/a?b=1", fields=[("Referer", "http://r/")])
    line = gate.log()[0]
    pattern = r'127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] ' \
        r'"GET /a\?b=1 HTTP/1\.1" 200 (\d+) "http://r/" "' + re.escape(BROWSER) + '"'
    assert re.fullmatch(pattern, line), line


def case_the_log_can_be_turned_off_or_go_to_stderr(rig):
    gate = rig.site(rig.origin(), config='access_log: { to: "off" }\n')
    gate.ask("/quiet")
    wait_until(lambda: gate.metric("turnpike_requests_total") == 1, "the request is not counted")
    time.sleep(0.2)  # a line would have been written by then
    assert gate.process.stdout() == b""
    gate = rig.site(rig.origin(), config="access_log: { to: stderr }\n")
    gate.ask("/loud")
    wait_until(lambda: b'"/loud"' in gate.process.stderr(), "no line in stderr")


def talk(rig):
    """One exchange of every kind."""
    def reply(message):
        return response(b"x" * 100, "404 Not Found" if message.target == "/none" else "200 OK")

    gate = rig.site(rig.origin(answer_all(reply)))
    gate.ask("/")
    gate.ask("/none")
    gate.ask("/", agent=CRAWLER)
    gate.ask("/robots.txt", agent=CRAWLER)
    with gate.client() as client:
        client.send(b"GARBAGE\r\n\r\n")
        client.rest()
    wait_until(lambda: gate.metric("turnpike_requests_total") == 5,
               "five requests are not counted")
    return gate


def case_every_family_of_metrics_is_there_and_counts(rig):
    gate = talk(rig)
    text = gate.metrics_text()
    for family in FAMILIES:
        assert f"# TYPE turnpike_{family} " in text, f"no turnpike_{family}"
        assert f"# HELP turnpike_{family} " in text, f"no help for turnpike_{family}"
    assert "process_cpu_seconds_total" in text and "process_resident_memory_bytes" in text
    for labels, value in [
            (dict(site="example", action="allow", outcome="forwarded", category="browser"), 2),
            (dict(site="example", action="deny", outcome="refused", category="ai-training"), 1),
            (dict(site="example", action="allow", outcome="answered", category="ai-training"), 1),
            (dict(site="-", action="-", outcome="failed", category="-"), 1)]:
        assert gate.metric("turnpike_requests_total", **labels) == value, (labels, text)
    metric = gate.metric
    assert metric("turnpike_responses_total", site="example", code="4xx", source="turnpike") == 1
    assert metric("turnpike_responses_total", site="example", code="4xx", source="origin") == 1
    assert metric("turnpike_responses_total", site="example", code="2xx", source="origin") == 1
    assert metric("turnpike_responses_total", site="example", code="2xx", source="turnpike") == 1
    assert metric("turnpike_crawler_requests_total", crawler="GPTBot", action="deny") == 1
    assert metric("turnpike_crawler_response_bytes_total", crawler="GPTBot") >= 100
    assert metric("turnpike_origin_requests_total", site="example", outcome="ok") == 2
    assert metric("turnpike_request_duration_seconds_count") >= 4
    assert metric("turnpike_origin_duration_seconds_count", site="example") == 2
    assert metric("turnpike_rule_matches_total", site="example") >= 1
    assert metric("turnpike_build_info") == 1


def case_promtool_finds_nothing_to_say(rig):
    text = talk(rig).metrics_text()
    ended = subprocess.run(["promtool", "check", "metrics"], input=text.encode(),
                           capture_output=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b""), ended


def case_histograms_add_up(rig):
    values = metric_values(talk(rig).metrics_text())
    families = {name.removesuffix("_bucket") for name, _ in values if name.endswith("_bucket")}
    assert len(families) >= 3, families
    for family in families:
        series = {tuple(label for label in labels if label[0] != "le")
                  for name, labels in values if name == family + "_bucket"}
        for labels in series:
            buckets = sorted((float(dict(each)["le"]), value) for (name, each), value
                             in values.items() if name == family + "_bucket" and
                             set(labels) <= set(each))
            counts = [count for _, count in buckets]
            assert counts == sorted(counts), (family, buckets)
            assert counts[-1] == values[family + "_count", labels], family
            assert values[family + "_sum", labels] >= 0


def case_connections_are_counted_as_they_are(rig):
    gate = rig.turnpike(origin=rig.origin())
    clients = [gate.client() for _ in range(7)]
    for client in clients:
        client.send(request("/"))
        client.receive()
    wait_until(lambda: gate.metric("turnpike_connections", state="idle") >= 7, "not 7 idle")
    for client in clients:
        client.close()
    wait_until(lambda: gate.metric("turnpike_connections", state="idle") <= 2, "still counted")


def case_labels_stay_bounded_whatever_clients_send(rig):
    gate = rig.turnpike(origin=rig.origin())
    gate.ask("/", agent="Strange/0")
    wait_until(lambda: gate.metric("turnpike_requests_total") == 1, "the request is not counted")
    before = len(metric_values(gate.metrics_text()))
    for i in range(60):
        gate.ask(f"/{i}", f"METHOD{i}", agent=f"Strange/{i}", host=f"h{i}.example")
    wait_until(lambda: gate.metric("turnpike_requests_total") == 61, "not all are counted")
    after = len(metric_values(gate.metrics_text()))
    assert after - before < 10, (before, after)


@limit(120)
def case_a_prometheus_server_scrapes_it(rig):
    gate = talk(rig)
    prometheus = rig.prometheus(f"127.0.0.1:{gate.admin_port}")
    wait_until(lambda: prometheus.query("turnpike_requests_total"), "nothing was scraped", 60)
    assert [value for _, value in prometheus.query("up")] == [1.0]
    total = prometheus.query('sum(turnpike_requests_total{site="example"})')
    assert total[0][1] == 4, total
    refused = prometheus.query('turnpike_requests_total{action="deny"}')
    assert len(refused) == 1 and refused[0][0]["category"] == "ai-training", refused


def case_metrics_can_be_asked_for_twice_on_one_connection(rig):
    gate = rig.turnpike(origin=rig.origin())
    with Client(gate.admin_port) as client:
        for _ in range(2):
            client.send(request("/metrics", host="localhost"))
            answer = client.receive()
            assert answer.status == 200 and answer["content-type"].startswith("text/plain")
