// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.ctl.output.AlignedTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// One neighbor as `bgp neighbor` shows it: a line for each thing that is known.
final class NeighborText {

  private final StringBuilder text = new StringBuilder();

  private NeighborText() {}

  static String of(JsonNode peer, Instant now) {
    NeighborText shown = new NeighborText();
    shown.session(peer, now);
    shown.routes(peer);
    shown.bfd(peer.path("bfd"), now);
    shown.messages(peer.path("messages"));
    return shown.text.toString();
  }

  private void session(JsonNode peer, Instant now) {
    line(
        "Neighbor", "%s, AS %s (%s)".formatted(t(peer, "address"), t(peer, "as"), t(peer, "name")));
    lineUnlessEmpty("Description", t(peer, "description"));
    line("Local", local(peer));
    line("State", "%s for %s".formatted(t(peer, "state"), AgeText.since(t(peer, "since"), now)));
    lineUnlessEmpty("Reason", t(peer, "reason"));
    lineUnlessEmpty("Advice", t(peer, "advice"));
    if (peer.path("draining").asBoolean()) {
      line("Draining", draining(peer));
    }
    JsonNode down = peer.path("lastDown");
    line(
        "Flaps",
        down.isObject()
            ? "%s, last %s ago: %s"
                .formatted(t(peer, "flaps"), AgeText.since(t(down, "at"), now), t(down, "reason"))
            : t(peer, "flaps"));
    JsonNode session = peer.path("session");
    if (session.isObject()) {
      line("Router id", "%s, %s".formatted(t(session, "routerId"), t(session, "kind")));
      line(
          "Timers",
          "hold %s s, keepalive %s s"
              .formatted(t(session, "holdTimeSeconds"), t(session, "keepaliveSeconds")));
      line("Agreed", agreed(session));
    }
    JsonNode trip = peer.path("roundTripMicros");
    if (trip.isNumber()) {
      line("Round trip", "%.3f ms".formatted(trip.asLong() / 1_000.0));
    }
  }

  private static String draining(JsonNode peer) {
    String told = "it is told to take other ways (GRACEFUL_SHUTDOWN)";
    return peer.path("lowered").asBoolean()
        ? told + "; what it told is taken last (LOCAL_PREF 0)"
        : told;
  }

  private static String local(JsonNode peer) {
    String as = "AS " + t(peer, "localAs");
    return peer.has("localAddress") ? t(peer, "localAddress") + ", " + as : as;
  }

  private static String agreed(JsonNode session) {
    List<String> agreed = new ArrayList<>();
    session.path("families").forEach(it -> agreed.add(it.asText()));
    if (!session.path("fourOctetAs").asBoolean()) {
      agreed.add("AS numbers of two octets");
    }
    flag(agreed, session, "routeRefresh", "route refresh");
    flag(agreed, session, "enhancedRouteRefresh", "enhanced route refresh");
    flag(agreed, session, "extendedMessages", "extended messages");
    flag(agreed, session, "extendedNextHop", "IPv4 by way of IPv6");
    if (session.has("gracefulRestartSeconds")) {
      agreed.add("graceful restart (%s s)".formatted(t(session, "gracefulRestartSeconds")));
    }
    session
        .path("addPath")
        .properties()
        .forEach(
            it -> agreed.add("add-path %s (%s)".formatted(it.getValue().asText(), it.getKey())));
    return String.join(", ", agreed);
  }

  private static void flag(List<String> to, JsonNode session, String field, String name) {
    if (session.path(field).asBoolean()) {
      to.add(name);
    }
  }

  private void routes(JsonNode peer) {
    line(
        "Prefixes",
        "%s received, %s accepted%s, %s advertised, %s waiting to be sent"
            .formatted(
                SummaryText.received(peer),
                t(peer, "accepted"),
                peer.path("stale").asBoolean() ? " (kept while it restarts)" : "",
                t(peer, "advertised"),
                t(peer, "waiting")));
    line("Rejected", t(peer, "rejected") + " since the session is up, each time counted");
  }

  private void bfd(JsonNode bfd, Instant now) {
    if (bfd.isObject()) {
      line(
          "BFD",
          "%s; for %s, down %s times"
              .formatted(t(bfd, "text"), AgeText.since(t(bfd, "since"), now), t(bfd, "downs")));
    }
  }

  private void messages(JsonNode messages) {
    var table =
        new AlignedTable(
            "MESSAGES", ">OPEN", ">UPDATE", ">KEEPALIVE", ">NOTIFICATION", ">ROUTE-REFRESH");
    for (String direction : List.of("received", "sent")) {
      JsonNode counts = messages.path(direction);
      table.row(
          direction,
          t(counts, "open"),
          t(counts, "update"),
          t(counts, "keepalive"),
          t(counts, "notification"),
          t(counts, "routeRefresh"));
    }
    text.append('\n').append(table);
  }

  private void line(String name, String value) {
    text.append("%-12s %s%n".formatted(name, value));
  }

  private void lineUnlessEmpty(String name, String value) {
    if (!value.isEmpty()) {
      line(name, value);
    }
  }

  private static String t(JsonNode of, String field) {
    return of.path(field).asText();
  }
}
