// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.ctl.output.AlignedTable;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// All neighbors as `bgp summary` shows them.
final class SummaryText {

  private SummaryText() {}

  static String of(JsonNode speaker, List<JsonNode> peers, Instant now) {
    long up = peers.stream().filter(SummaryText::isUp).count();
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "BGP router %s, AS %s: %d of %d neighbors up, %,d prefixes%n",
                speaker.path("routerId").asText(),
                speaker.path("as").asText(),
                up,
                peers.size(),
                speaker.path("prefixes").asInt()));
    if (!speaker.path("converged").asBoolean(true)) {
      text.append("The tables are not complete yet: this speaker has started only now.\n");
    }
    if (speaker.path("draining").asBoolean()) {
      text.append("It drains: neighbors are told to take other ways.\n");
    }
    problem(text, speaker, "tables");
    problem(text, speaker, "messages");
    if (peers.isEmpty()) {
      return text.toString();
    }
    var table =
        new AlignedTable(
            "NEIGHBOR",
            ">AS",
            "STATE",
            ">FOR",
            ">RECEIVED",
            ">ACCEPTED",
            ">REJECTED",
            ">ADVERTISED",
            ">FLAPS",
            "BFD",
            "REASON");
    Map<String, Long> sessions =
        peers.stream().collect(groupingBy(it -> it.path("address").asText(), counting()));
    peers.forEach(peer -> row(table, peer, sessions, now));
    return text.append('\n').append(table).toString();
  }

  private static void problem(StringBuilder text, JsonNode speaker, String what) {
    String problem = speaker.path("mrt").path(what).path("problem").asText();
    if (!problem.isEmpty()) {
      text.append("MRT %s: %s%n".formatted(what, problem));
    }
  }

  private static void row(
      AlignedTable table, JsonNode peer, Map<String, Long> sessions, Instant now) {
    table.row(
        neighbor(peer, sessions),
        peer.path("as").asText(),
        state(peer),
        AgeText.since(peer.path("since").asText(), now),
        received(peer),
        peer.path("accepted").asText(),
        peer.path("rejected").asText(),
        peer.path("advertised").asText(),
        peer.path("flaps").asText(),
        peer.path("bfd").path("state").asText("-"),
        peer.path("reason").asText());
  }

  /// By its name too where the address does not tell which: one of several sessions with it, or
  /// link-local.
  private static String neighbor(JsonNode peer, Map<String, Long> sessions) {
    String address = peer.path("address").asText();
    return sessions.getOrDefault(address, 0L) > 1 || address.startsWith("fe80:")
        ? "%s (%s)".formatted(address, peer.path("name").asText())
        : address;
  }

  static String received(JsonNode peer) {
    return peer.path("received").asText() + (peer.path("receivesMore").asBoolean() ? "+" : "");
  }

  private static String state(JsonNode peer) {
    return peer.path("state").asText()
        + (peer.path("stale").asBoolean() ? ", stale" : "")
        + (peer.path("draining").asBoolean() ? ", draining" : "");
  }

  private static boolean isUp(JsonNode peer) {
    return "Established".equals(peer.path("state").asText());
  }
}
