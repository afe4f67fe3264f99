// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import static java.util.stream.Collectors.joining;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Tier;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceList;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/// Answers in the format that was asked for.
///
/// @param clusterAs AS number of nodes without one
/// @param showsNamespace whether tables of namespaced kinds begin with the namespace
public record AnswerText(AsNumber clusterAs, boolean showsNamespace) {

  private static final Pattern REVISION = Pattern.compile("[0-9]{1,40}");

  /// @param answers none if nothing of what was asked for exists
  /// @throws ClientException if a custom column does not exist
  public String of(List<Answer> answers, OutputFormat format) {
    if (answers.isEmpty()) {
      return nothing(format);
    }
    return switch (format) {
      case OutputFormat.Yaml() -> yaml(answers);
      case OutputFormat.Json() -> json(answers);
      case OutputFormat.Narrow(), OutputFormat.Wide(), OutputFormat.CustomColumns(_) ->
          tables(answers, format);
      case OutputFormat.GoTemplate(String template) ->
          TemplateText.of(template, answers, clusterAs);
      case OutputFormat.GoTemplateFile(Path file) ->
          throw new IllegalStateException(file + " was not read");
    };
  }

  /// So that a reader of YAML or JSON gets a whole document, and a template an empty list, as of
  /// calicoctl.
  private String nothing(OutputFormat format) {
    return switch (format) {
      case OutputFormat.Yaml() -> "null\n";
      case OutputFormat.Json() -> "null";
      case OutputFormat.Narrow(),
          OutputFormat.Wide(),
          OutputFormat.CustomColumns(_),
          OutputFormat.GoTemplateFile(_) ->
          "";
      case OutputFormat.GoTemplate(String template) ->
          TemplateText.of(template, List.of(), clusterAs);
    };
  }

  private static String yaml(List<Answer> answers) {
    if (answers.size() == 1) {
      return switch (answers.getFirst()) {
        case Answer.One(Resource resource) -> ResourceCodec.yaml(resource);
        case Answer.Many many -> ResourceCodec.yaml(list(many));
      };
    }
    return ResourceCodec.yaml(flat(answers));
  }

  private static String json(List<Answer> answers) {
    if (answers.size() == 1) {
      return switch (answers.getFirst()) {
        case Answer.One(Resource resource) -> ResourceCodec.json(resource);
        case Answer.Many many -> ResourceCodec.json(list(many));
      };
    }
    return ResourceCodec.json(flat(answers));
  }

  private static ResourceList list(Answer.Many many) {
    return new ResourceList(
        many.kind(),
        sorted(many.kind(), many.resources()),
        many.revision().isEmpty() ? newest(many.resources()) : many.revision());
  }

  /// The revision of the last change to any of them, as far as it can still be seen.
  private static String newest(List<Resource> resources) {
    return resources.stream()
        .map(resource -> resource.metadata().resourceVersion())
        .filter(revision -> REVISION.matcher(revision).matches())
        .max(Comparator.comparing(BigInteger::new))
        .orElse("");
  }

  private static List<Resource> flat(List<Answer> answers) {
    return answers.stream().flatMap(answer -> answer.resources().stream()).toList();
  }

  /// One table for each answer, as calicoctl prints them.
  private String tables(List<Answer> answers, OutputFormat format) {
    return answers.stream()
        .map(answer -> table(answer.kind(), answer.resources(), format) + "\n")
        .collect(joining());
  }

  private TabTable table(ResourceKind kind, List<Resource> resources, OutputFormat format) {
    List<Column> shown = columns(kind, format);
    var table = new TabTable(shown.stream().map(Column::heading).toList());
    for (Resource resource : sorted(kind, resources)) {
      table.row(shown.stream().map(column -> column.value().apply(resource)).toList());
    }
    return table;
  }

  /// @throws ClientException if a custom column does not exist
  List<Column> columns(ResourceKind kind, OutputFormat format) {
    KindTable plain = KindTable.of(kind, clusterAs);
    KindTable columns = showsNamespace && kind.isNamespaced() ? plain.withNamespace() : plain;
    return switch (format) {
      case OutputFormat.Wide() -> columns.chosen(columns.wide());
      case OutputFormat.CustomColumns(List<String> chosen) -> columns.chosen(chosen);
      case OutputFormat.Narrow(),
          OutputFormat.Json(),
          OutputFormat.Yaml(),
          OutputFormat.GoTemplate(_),
          OutputFormat.GoTemplateFile(_) ->
          columns.chosen(columns.narrow());
    };
  }

  /// Tiers stand in the order in which they decide.
  private static List<Resource> sorted(ResourceKind kind, List<Resource> resources) {
    if (kind != ResourceKind.TIER) {
      return resources;
    }
    return resources.stream()
        .map(Tier.class::cast)
        .sorted(Comparator.comparing(tier -> tier.spec().order().orElse(Double.POSITIVE_INFINITY)))
        .map(Resource.class::cast)
        .toList();
  }
}
