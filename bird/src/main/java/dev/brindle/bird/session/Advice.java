// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import java.util.List;
import java.util.Locale;

/// What to do about a session that does not come up or went down, by its reason: causes as we and
/// the kernel word them, and what usually helps.
public final class Advice {

  private Advice() {}

  /// What is known of a session when it fails.
  ///
  /// @param peerAs as configured here
  /// @param hasPassword whether its segments are signed
  public record Situation(
      String reason,
      String address,
      int port,
      String localAs,
      String peerAs,
      boolean hasPassword,
      boolean hasTtlSecurity) {}

  /// A cause and what helps against it.
  ///
  /// @param sign in the reason, in small letters
  /// @param cure where `PEER`, `PORT`, `OURS` and `THEIRS` stand for what is configured
  private record Row(String sign, String cure) {}

  private static final String WE_END = "this speaker ends: nothing to do";
  private static final String WE_REMOVED =
      "it was taken out of the configuration here: nothing to do";

  /// The first that fits counts.
  private static final List<Row> ROWS =
      List.of(
          new Row(
              "peer says: open error: bad peer as",
              "PEER expects another AS of us than OURS: compare asn here with the neighbor's AS"
                  + " there"),
          new Row(
              "open error: bad peer as",
              "PEER is of another AS than THEIRS, as configured here: set the neighbor's asn to what"
                  + " it says"),
          new Row(
              "open error: bad bgp identifier",
              "both sides may have the same router id: give each its own routerId"),
          new Row(
              "open error: unacceptable hold time",
              "the hold time is 1 or 2 s, or too short for the other side: set holdTime to 0 or at"
                  + " least 3 s"),
          new Row(
              "open error: role mismatch",
              "the BGP roles of the two sides do not fit (RFC 9234): provider and customer, or both"
                  + " peer"),
          new Row(
              "open error: unsupported capability",
              "one side insists on a capability that the other lacks: compare families on both"
                  + " sides"),
          new Row(
              "open error: unsupported optional parameter",
              "PEER is an old speaker that takes no capabilities: the next attempt goes without them, for"
                  + " IPv4 only; update it for more"),
          new Row(
              "open error: authentication failure",
              "the other side wants a password: set it on both sides"),
          new Row(
              "maximum number of prefixes reached",
              "more prefixes were told than the other side takes: find out who leaks them, or raise"
                  + " its limit"),
          new Row(
              "it told more than",
              "find out who leaks routes, or raise maxPrefixes of PEER; brindle bgp reset tries"
                  + " again at once"),
          new Row(
              "take more than",
              "find out who tells routes with so many communities or such long paths, or give us"
                  + " more memory"),
          new Row(
              "all peers together told more than",
              "this machine holds no more paths: filter what is not needed"),
          new Row("we said: cease: administrative shutdown", WE_END),
          new Row("we said: hard reset: cease: administrative shutdown", WE_END),
          new Row("administrative shutdown", "somebody shut it down over there: ask them"),
          new Row("we said: cease: peer de-configured", WE_REMOVED),
          new Row("we said: hard reset: cease: peer de-configured", WE_REMOVED),
          new Row(
              "peer de-configured",
              "PEER no longer has us as a neighbor: add us there, or remove it here"),
          new Row("administrative reset", "somebody reset it: it comes again by itself"),
          new Row(
              "connection rejected",
              "PEER does not want us now: it may not have us as a neighbor, or still shuts down"),
          new Row("other configuration change", "it comes again by itself"),
          new Row(
              "connection collision", "both sides called at once, one call lives: nothing to do"),
          new Row("out of resources", "PEER has no memory or table space left: look at it"),
          new Row("graceful shutdown", "it is being drained: nothing to do"),
          new Row(
              "bfd",
              "packets to PEER do not pass, or its BFD is off: look at the link, and compare bfd on"
                  + " both sides"),
          new Row(
              "does not read what we send",
              "PEER hangs or is overloaded: its TCP window has been closed for long"),
          new Row(
              "nothing heard for",
              "PEER hangs, or packets are lost on the way: look at it and at the link; large packets"
                  + " only (MTU)?"),
          new Row(
              "hold timer expired",
              "PEER did not hear us in time: look at the load of both, at the link and its MTU"),
          new Row(
              "no open",
              "it took the connection and said nothing: is PEER:PORT a BGP speaker, and has it us as"
                  + " a neighbor?"),
          new Row("no keepalive", "OPENs passed, then nothing: large packets only (MTU)?"),
          new Row(
              "connection refused",
              "nothing listens at PEER port PORT: start BGP there, or check port; a firewall may"
                  + " refuse too"),
          new Row(
              "no route to host",
              "PEER does not answer on the link, or no route leads there: ip route get PEER"),
          new Row("network is unreachable", "no route leads there: ip route get PEER"),
          new Row(
              "cannot assign requested address",
              "the source address for PEER is on no interface here"),
          new Row(
              "operation not permitted", "a firewall here forbids it: look at the output rules"),
          new Row("permission denied", "a firewall here forbids it: look at the output rules"),
          new Row(
              "connection reset",
              "PEER hung up without a word: it may not have us (AS OURS) as a neighbor at this"
                  + " address, or was restarted"),
          new Row(
              "peer closed the connection",
              "PEER hung up without a word: it may not have us (AS OURS) as a neighbor at this"
                  + " address, or was restarted"),
          new Row(
              "update error",
              "one side sent what the other cannot read: report it with the log of both"),
          new Row(
              "message header error",
              "what came is not BGP: is PEER:PORT a BGP speaker, and nothing between?"),
          new Row("peer says: cease", "PEER ended it without saying why: look at its log"),
          new Row("we failed", "this is a defect of ours: report it with the trace in the log"));

  private static final String UNANSWERED =
      "no packet comes back from PEER: is it up, and does a firewall drop port PORT?";
  private static final String UNSIGNED =
      "no packet comes back from PEER: the passwords may differ, or only one side has one (a packet"
          + " with a wrong signature is dropped without a word: nstat -az TcpExtTCPMD5Failure)";
  private static final String FAR =
      "no packet comes back from PEER: with ttlSecurity one that comes from too far away is dropped"
          + " without a word: compare it on both sides";

  /// Empty if nothing is known to help.
  public static String of(Situation situation) {
    String reason = situation.reason().toLowerCase(Locale.ROOT);
    if (reason.isEmpty()) {
      return "";
    }
    if (isTimeout(reason)) {
      return filled(unanswered(situation), situation);
    }
    for (Row row : ROWS) {
      if (reason.contains(row.sign())) {
        return filled(row.cure(), situation);
      }
    }
    return "";
  }

  private static boolean isTimeout(String reason) {
    return reason.contains("no answer")
        || reason.contains("timed out")
        || reason.contains("timeout");
  }

  private static String unanswered(Situation situation) {
    if (situation.hasPassword()) {
      return UNSIGNED;
    }
    return situation.hasTtlSecurity() ? FAR : UNANSWERED;
  }

  private static String filled(String cure, Situation situation) {
    return cure.replace("PEER", situation.address())
        .replace("PORT", Integer.toString(situation.port()))
        .replace("OURS", situation.localAs())
        .replace("THEIRS", situation.peerAs());
  }
}
