// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import static java.util.stream.Collectors.joining;

import dev.brindle.api.resource.ResourceKind;
import java.util.List;

/// What to say after many resources were written: what was done, and what was not.
///
/// @param verb create, apply, ...
/// @param done created, applied, ...
/// @param kinds of all that was asked for, in order
/// @param handled what was done, as `Kind(name)`
/// @param errors one for each that failed
public record BatchText(
    String verb, String done, List<ResourceKind> kinds, List<String> handled, List<String> errors) {

  public BatchText {
    kinds = List.copyOf(kinds);
    handled = List.copyOf(handled);
    errors = List.copyOf(errors);
  }

  public boolean isSuccess() {
    return errors.isEmpty();
  }

  /// For standard output; may be empty.
  public String out() {
    if (isSuccess()) {
      return "Successfully %s %d %sresource(s)\n".formatted(done, handled.size(), kind());
    }
    if (handled.isEmpty()) {
      return "";
    }
    return "Partial success: %s the first %d out of %d %sresources:\n%s"
        .formatted(
            done,
            handled.size(),
            kinds.size(),
            kind(),
            handled.stream().map(key -> "  " + key + "\n").collect(joining()));
  }

  /// For standard error; empty on success.
  public String err() {
    if (isSuccess()) {
      return "";
    }
    if (verb.equals("delete")) {
      return errors.stream()
          .map(error -> "Failed to delete %sresource: %s\n".formatted(kind(), error))
          .collect(joining());
    }
    String list = "[" + String.join("\n  ", errors) + "]\n";
    if (!handled.isEmpty()) {
      return "hit error: " + list;
    }
    return kinds.size() == 1
        ? "failed to %s %sresource: %s".formatted(verb, kind(), list)
        : "failed to %s any %sresources: %s".formatted(verb, kind(), list);
  }

  /// `'IPPool' `, or nothing if kinds are mixed.
  private String kind() {
    return kinds.stream().distinct().count() == 1 ? "'" + kinds.getFirst() + "' " : "";
  }
}
