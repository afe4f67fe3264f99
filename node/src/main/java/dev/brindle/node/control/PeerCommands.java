// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.bird.speaker.SpeakerReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is about neighbors.
final class PeerCommands {

  private static final Logger LOG = LoggerFactory.getLogger(PeerCommands.class);
  private static final String ALL = "all";
  private static final int MOST_NAMED = 20;
  private static final int LONGEST_TEXT = 255;

  private final Speaker speaker;
  private final ControlRequest request;
  private final ControlAnswer answer;

  PeerCommands(Speaker speaker, ControlRequest request, ControlAnswer answer) {
    this.speaker = speaker;
    this.request = request;
    this.answer = answer;
  }

  /// The speaker, then a line for each peer.
  void summary() throws ControlRefusal, IOException {
    request.allow(Set.of());
    SpeakerReport report = speaker.report();
    answer.line(wrapped("speaker", PeerJson.speaker(report)));
    for (PeerReport peer : report.peers()) {
      answer.line(wrapped("peer", PeerJson.peer(peer)));
    }
  }

  void neighbor() throws ControlRefusal, IOException {
    request.allow(Set.of("peer"));
    PeerReport found = find(speaker.report(), request.get("peer"));
    answer.line(wrapped("peer", PeerJson.peer(found)));
  }

  void refresh() throws ControlRefusal, IOException {
    order("refreshed", Set.of("peer"), speaker::refresh);
  }

  void reset() throws ControlRefusal, IOException {
    String text = request.find("text").orElse("");
    if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_TEXT) {
      throw ControlRefusal.badRequest(
          "'text' has more than %d octets of UTF-8".formatted(LONGEST_TEXT));
    }
    order("reset", Set.of("peer", "text"), peer -> speaker.reset(peer, text));
  }

  void drain() throws ControlRefusal, IOException {
    drain("drains", speaker::drain, speaker::drain);
  }

  void undrain() throws ControlRefusal, IOException {
    drain("drains no longer", speaker::undrain, speaker::undrain);
  }

  /// A line for each peer. All of them means those to come too.
  ///
  /// @param all says what is left to do, by the names of peers
  /// @param one says what is left to do
  private void drain(
      String done, Supplier<Map<String, String>> all, Function<String, Optional<String>> one)
      throws ControlRefusal, IOException {
    request.allow(Set.of("peer"));
    SpeakerReport report = speaker.report();
    boolean isAll = request.get("peer").equals(ALL);
    List<PeerReport> wanted = isAll ? report.peers() : List.of(find(report, request.get("peer")));
    Map<String, String> left = isAll ? all.get() : Map.of();
    for (PeerReport peer : wanted) {
      Optional<String> rest =
          isAll ? Optional.ofNullable(left.get(peer.name())) : one.apply(peer.name());
      line(peer, true, done + rest.map(it -> ", but " + it).orElse(""));
    }
  }

  private void line(PeerReport peer, boolean isDone, String text) throws IOException {
    answer.line(
        JsonNodeFactory.instance
            .objectNode()
            .put("peer", peer.name())
            .put("address", peer.address().toString())
            .put("done", isDone)
            .put("text", text));
  }

  /// A line for each peer.
  ///
  /// @param known arguments
  /// @param order by a peer's name: why it cannot be, if it cannot
  private void order(String done, Set<String> known, Function<String, Optional<String>> order)
      throws ControlRefusal, IOException {
    request.allow(known);
    SpeakerReport report = speaker.report();
    List<PeerReport> wanted =
        request.get("peer").equals(ALL)
            ? report.peers()
            : List.of(find(report, request.get("peer")));
    boolean isDone = true;
    for (PeerReport peer : wanted) {
      Optional<String> refusal = order.apply(peer.name());
      isDone &= refusal.isEmpty();
      if (refusal.isEmpty()) {
        LOG.info("BGP peer {} ({}) was {} by hand", peer.name(), peer.address(), done);
      }
      line(peer, refusal.isEmpty(), refusal.orElse(done));
    }
    if (!isDone) {
      throw new ControlRefusal("not-done", "not all of it was done", "");
    }
  }

  /// By address or name.
  ///
  /// @throws ControlRefusal if there is none, or several
  static PeerReport find(SpeakerReport report, String asked) throws ControlRefusal {
    String wanted = IpAddress.tryParse(asked).map(IpAddress::toString).orElse(asked);
    List<PeerReport> found =
        report.peers().stream()
            .filter(it -> it.name().equals(wanted) || it.address().toString().equals(wanted))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    List<String> names =
        (found.isEmpty() ? report.peers() : found)
            .stream()
                .map(it -> "%s (%s)".formatted(it.address(), it.name()))
                .limit(MOST_NAMED)
                .toList();
    String choice = names.isEmpty() ? "" : "take one of: " + String.join(", ", names);
    String what = found.isEmpty() ? "there is no neighbor '%s'" : "'%s' is several neighbors";
    throw new ControlRefusal("no-such-peer", what.formatted(wanted), choice);
  }

  private static ObjectNode wrapped(String name, ObjectNode what) {
    return JsonNodeFactory.instance.objectNode().set(name, what);
  }
}
