// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;

/// All that a look has found, in two forms.
///
/// @param all in the order of checks
public record Findings(List<Finding> all) {

  public Findings {
    all = all.stream().sorted(Comparator.comparing(Finding::check)).toList();
  }

  public boolean hasProblem() {
    return all.stream().anyMatch(each -> each.severity() == Severity.PROBLEM);
  }

  /// For people: a line each, what was expected and the cure below.
  public String text() {
    var text = new StringBuilder();
    for (Finding each : all) {
      text.append("%-8s %-17s %s%n".formatted(each.severity(), each.check(), each.seen()));
      each.symptom()
          .ifPresent(
              symptom ->
                  text.append(
                          "%27s%s%n".formatted("", symptom + ": expected " + symptom.expected()))
                      .append("%27s%s%n".formatted("", "cure: " + symptom.cure())));
    }
    return text.append(summary()).toString();
  }

  private String summary() {
    return "%d problems, %d warnings, %d unknown%n"
        .formatted(count(Severity.PROBLEM), count(Severity.WARNING), count(Severity.UNKNOWN));
  }

  private long count(Severity severity) {
    return all.stream().filter(each -> each.severity() == severity).count();
  }

  public String json() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Finding each : all) {
      ObjectNode json =
          list.addObject()
              .put("check", each.check().toString())
              .put("severity", each.severity().toString())
              .put("seen", each.seen());
      each.symptom()
          .ifPresent(
              symptom ->
                  json.put("finding", symptom.toString())
                      .put("expected", symptom.expected())
                      .put("cure", symptom.cure()));
    }
    return list.toPrettyString() + "\n";
  }
}
