// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// Why a prefix is as it is, in sentences.
final class ExplainText {

  private final StringBuilder text = new StringBuilder();
  private String prefix = "PREFIX";

  private ExplainText() {}

  static String of(List<JsonNode> lines) {
    ExplainText shown = new ExplainText();
    String section = "";
    for (JsonNode line : lines) {
      String name = line.fieldNames().hasNext() ? line.fieldNames().next() : "";
      JsonNode part = line.path(name);
      if (!name.equals(section)) {
        shown.heading(name);
        section = name;
      }
      switch (name) {
        case "decision" -> shown.decision(part);
        case "path" -> shown.path(part);
        case "asked" -> shown.asked(part);
        case "export" -> shown.export(part);
        case "rejecting" -> shown.rejecting(part);
        case "kernel" -> shown.kernel(part);
        default -> {} // of a newer daemon
      }
    }
    return shown.text.toString();
  }

  private void heading(String name) {
    switch (name) {
      case "path" -> text.append("\nPaths\n");
      case "export" -> text.append("\nNeighbors are told\n");
      case "rejecting" -> text.append("\nNot among the paths\n");
      case "asked" -> text.append("\nAsked just now\n");
      case "kernel" -> text.append("\nKernel\n");
      default -> {}
    }
  }

  private void decision(JsonNode decision) {
    int paths = decision.path("paths").asInt();
    prefix = t(decision, "prefix");
    text.append(prefix).append(": ");
    switch (paths) {
      case 0 -> text.append("no path\n");
      case 1 -> text.append("one path\n");
      default ->
          text.append("%d paths, decided by %s%n".formatted(paths, t(decision, "decidedBy")));
    }
  }

  private void path(JsonNode path) {
    boolean isBest = path.path("best").asBoolean();
    String from = path.has("from") ? "from " + t(path, "from") : "our own";
    text.append("  ").append(isBest ? "> " : path.path("equal").asBoolean() ? "= " : "  ");
    text.append(from).append(attributes(path)).append('\n');
    List<String> why = new ArrayList<>();
    if (isBest) {
      why.add("best");
    } else if (path.has("lostBy")) {
      why.add("not best: " + t(path, "lostBy") + " decided against it");
      if (path.path("equal").asBoolean()) {
        why.add("good enough for packets (ECMP)");
      }
    }
    if (path.path("stale").asBoolean()) {
      why.add("kept while its neighbor restarts");
    }
    if (path.has("from")) {
      why.add("accepted by import " + t(path, "importFilter"));
    }
    text.append("      ").append(String.join("; ", why)).append('\n');
  }

  private void asked(JsonNode asked) {
    String peer = t(asked, "peer");
    String said =
        switch (t(asked, "outcome")) {
          case "accepted" -> "tells it%s%n      import accepts it: %s";
          case "rejected" -> "tells it%s%n      import rejects it: %s";
          case "withdrawn" -> "does not tell it: it withdrew it just now";
          case "untold" -> "does not tell it: it has told all it tells us";
          case "silent" ->
              "did not tell it within %d s: it has no such route for us, or is slow (--wait)"
                  .formatted(asked.path("waitedMillis").asLong() / 1_000);
          default -> "cannot be asked: " + t(asked, "reason");
        };
    boolean hasAttributes = asked.path("attributes").isObject();
    text.append("  ").append(peer).append(' ');
    text.append(
        hasAttributes
            ? said.formatted(attributes(asked.path("attributes")), t(asked, "reason"))
            : said);
    text.append('\n');
  }

  private void export(JsonNode export) {
    text.append("  ")
        .append(t(export, "address"))
        .append(export.path("advertised").asBoolean() ? ": yes, " : ": no, ")
        .append(t(export, "reason"));
    if (export.path("attributes").isObject()) {
      text.append("\n     ").append(attributes(export.path("attributes")));
    }
    text.append('\n');
  }

  private void rejecting(JsonNode rejecting) {
    String address = t(rejecting, "address");
    text.append(
        "  %s: routes of it were rejected %s times, and are not kept; to ask it: brindle bgp explain"
                .formatted(address, t(rejecting, "rejected"))
            + " %s from %s%n".formatted(prefix, address));
  }

  private void kernel(JsonNode kernel) {
    String is =
        kernel.has("installed")
            ? kernel.path("installed").asBoolean() ? "it is there: " : "it is not there: "
            : "";
    text.append("  ").append(is).append(t(kernel, "reason")).append('\n');
  }

  private static String attributes(JsonNode of) {
    StringBuilder text = new StringBuilder();
    if (of.has("nextHop")) {
      text.append(" via ").append(t(of, "nextHop"));
    }
    text.append(", AS path [").append(t(of, "asPath")).append("], origin ").append(t(of, "origin"));
    one(text, of, "localPref", "local preference");
    one(text, of, "med", "MED");
    one(text, of, "originatorId", "originator");
    for (String list : List.of("communities", "largeCommunities", "extendedCommunities")) {
      if (of.has(list)) {
        List<String> values = new ArrayList<>();
        of.path(list).forEach(it -> values.add(it.asText()));
        text.append(", ").append(name(list)).append(' ').append(String.join(" ", values));
      }
    }
    return text.toString();
  }

  private static String name(String list) {
    return switch (list) {
      case "largeCommunities" -> "large communities";
      case "extendedCommunities" -> "extended communities";
      default -> "communities";
    };
  }

  private static void one(StringBuilder text, JsonNode of, String field, String name) {
    if (of.has(field)) {
      text.append(", ").append(name).append(' ').append(t(of, field));
    }
  }

  private static String t(JsonNode of, String field) {
    return of.path(field).asText();
  }
}
