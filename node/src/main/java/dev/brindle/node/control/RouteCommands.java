// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.RouteCursor;
import dev.brindle.bird.speaker.RouteExplanation;
import dev.brindle.bird.speaker.RoutePage;
import dev.brindle.bird.speaker.RouteQuery;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.bird.speaker.ToldRoute;
import dev.brindle.bird.table.ListedPath;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// `routes` and `explain`. A listing takes a page from the speaker, sends it, and takes the next:
/// the speaker works for others in between, and holds nothing for who reads slowly.
final class RouteCommands {

  private static final long LONGEST_WAIT = Duration.ofMinutes(2).toMillis();

  private final Speaker speaker;
  private final ControlRequest request;
  private final ControlAnswer answer;

  RouteCommands(Speaker speaker, ControlRequest request, ControlAnswer answer) {
    this.speaker = speaker;
    this.request = request;
    this.answer = answer;
  }

  // ---- routes

  /// A line for each path.
  void routes() throws ControlRefusal, IOException {
    request.allow(Set.of("prefix", "received", "advertised", "best", "limit"));
    long left =
        request.find("limit").isPresent()
            ? request.number("limit", 1, Long.MAX_VALUE)
            : Long.MAX_VALUE;
    RouteQuery query =
        new RouteQuery(
            request.find("prefix").isPresent()
                ? Optional.of(prefix(request.get("prefix")))
                : Optional.empty(),
            peer("received"),
            peer("advertised"),
            request.find("best").isPresent());
    Optional<RouteCursor> cursor = Optional.of(RouteCursor.START);
    while (cursor.isPresent() && left > 0) {
      RoutePage page = page(query, cursor.get());
      for (RoutePage.Entry entry : page.entries()) {
        if (left-- <= 0) {
          return;
        }
        for (ListedPath path : entry.paths()) {
          ObjectNode line = object().put("prefix", entry.prefix().toString());
          answer.line(line.setAll(PathJson.of(path)));
        }
      }
      answer.flush();
      cursor = page.next();
    }
  }

  private RoutePage page(RouteQuery query, RouteCursor cursor) throws ControlRefusal {
    try {
      return speaker.page(query, cursor);
    } catch (IllegalArgumentException e) { // the neighbor went meanwhile
      throw new ControlRefusal("no-such-peer", String.valueOf(e.getMessage()), "");
    }
  }

  private Optional<String> peer(String argument) throws ControlRefusal {
    return request.find(argument).isPresent()
        ? Optional.of(PeerCommands.find(speaker.report(), request.get(argument)).name())
        : Optional.empty();
  }

  /// An address stands for the longest prefix with a route that covers it.
  private Cidr prefix(String text) throws ControlRefusal {
    Optional<IpAddress> address = IpAddress.tryParse(text);
    if (address.isPresent()) {
      return speaker
          .covering(address.get())
          .orElseThrow(
              () -> new ControlRefusal("no-route", "no route covers " + address.get(), ""));
    }
    return Cidr.tryParse(text)
        .orElseThrow(
            () ->
                ControlRefusal.badRequest(
                    "'%s' is neither a prefix (10.0.0.0/8) nor an address".formatted(text)));
  }

  // ---- explain

  /// First the prefix, then a line for each path, export and rejecting peer, and one for the
  /// kernel.
  void explain() throws ControlRefusal, IOException {
    request.allow(Set.of("prefix", "from", "waitMillis"));
    Cidr prefix = prefix(request.get("prefix"));
    Optional<String> from = peer("from");
    RouteExplanation why = speaker.explain(prefix);
    ObjectNode decision =
        object().put("prefix", prefix.toString()).put("paths", why.paths().size());
    why.decidedBy().ifPresent(it -> decision.put("decidedBy", it.toString()));
    answer.line(wrapped("decision", decision));
    for (RouteExplanation.Candidate candidate : why.paths()) {
      boolean isAskedFor =
          from.isEmpty() || from.get().equals(candidate.path().path().source().name());
      if (isAskedFor || candidate.path().isBest()) {
        ObjectNode path = PathJson.of(candidate.path());
        path.put("importFilter", candidate.importFilter());
        candidate.lostBy().ifPresent(it -> path.put("lostBy", it.toString()));
        answer.line(wrapped("path", path));
      }
    }
    if (from.isPresent()) {
      asked(prefix, from.get());
    } else {
      exports(why);
    }
    answer.line(wrapped("kernel", kernel(prefix, why)));
  }

  private void exports(RouteExplanation why) throws IOException {
    for (RouteExplanation.Export export : why.exports()) {
      ObjectNode line =
          object()
              .put("peer", export.peer())
              .put("address", export.address().toString())
              .put("advertised", export.isAdvertised())
              .put("reason", export.reason());
      export.attributes().ifPresent(it -> line.set("attributes", PathJson.attributes(it)));
      answer.line(wrapped("export", line));
    }
    for (RouteExplanation.Rejecting rejecting : why.rejecting()) {
      answer.line(
          wrapped(
              "rejecting",
              object()
                  .put("peer", rejecting.peer())
                  .put("address", rejecting.address().toString())
                  .put("rejected", rejecting.rejected())));
    }
  }

  /// Asks the neighbor itself: what was rejected is not kept.
  private void asked(Cidr prefix, String peer) throws ControlRefusal, IOException {
    answer.flush();
    long wait =
        request.find("waitMillis").isPresent()
            ? request.number("waitMillis", 1, LONGEST_WAIT)
            : Duration.ofSeconds(10).toMillis();
    Optional<ToldRoute> told;
    try {
      told = speaker.ask(peer, prefix, Duration.ofMillis(wait));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ControlRefusal("ending", "the daemon is about to end", "");
    }
    ObjectNode line = object().put("peer", peer);
    if (told.isEmpty()) {
      line.put("outcome", "silent").put("waitedMillis", wait);
    } else {
      switch (told.get()) {
        case ToldRoute.Unknown(var why) -> line.put("outcome", "unknown").put("reason", why);
        case ToldRoute.Untold() -> line.put("outcome", "untold");
        case ToldRoute.Withdrawn() -> line.put("outcome", "withdrawn");
        case ToldRoute.Told(var attributes, var verdict) -> {
          line.put("outcome", verdict instanceof Verdict.Reject ? "rejected" : "accepted")
              .put("reason", verdict.rule());
          line.set("attributes", PathJson.attributes(attributes));
        }
      }
    }
    answer.line(wrapped("asked", line));
  }

  private ObjectNode kernel(Cidr prefix, RouteExplanation why) {
    boolean isOurs =
        why.paths().stream()
            .map(RouteExplanation.Candidate::path)
            .anyMatch(it -> it.isBest() && it.path().source().isLocal());
    if (isOurs) {
      return object()
          .put("installed", false)
          .put("reason", "it is our own: whoever announces it routes it");
    }
    Optional<Installation> found = speaker.installation(prefix);
    if (found.isEmpty()) {
      return object().put("reason", why.paths().isEmpty() ? "there is no path" : "not known");
    }
    return switch (found.get()) {
      case Installation.Installed(var text) -> object().put("installed", true).put("reason", text);
      case Installation.Missing(var text) -> object().put("installed", false).put("reason", text);
    };
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode wrapped(String name, ObjectNode what) {
    return object().set(name, what);
  }
}
