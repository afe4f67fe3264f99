// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.WatchEvent;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// One event after the other: rows of a table, documents of YAML, or lines of JSON. The columns are
/// as wide as the first events made them.
public final class WatchText {

  private static final JsonMapper JSON = new JsonMapper();

  private final AnswerText answers;
  private final OutputFormat format;
  private final List<Column> columns;
  private TabTable table;

  /// @throws dev.brindle.ctl.client.ClientException if a custom column does not exist
  public WatchText(AnswerText answers, ResourceKind kind, OutputFormat format) {
    this.answers = answers;
    this.format = format;
    this.columns = answers.columns(kind, format);
    this.table = heading();
  }

  private TabTable heading() {
    List<String> headings = new ArrayList<>(List.of("EVENT"));
    columns.forEach(column -> headings.add(column.heading()));
    return new TabTable(headings);
  }

  /// What there is at the beginning.
  public String first(List<WatchEvent> events) {
    return switch (format) {
      case OutputFormat.Narrow(), OutputFormat.Wide(), OutputFormat.CustomColumns(_) -> {
        table = heading();
        events.forEach(event -> table.row(cells(event)));
        yield table.toString();
      }
      case OutputFormat.Yaml(),
          OutputFormat.Json(),
          OutputFormat.GoTemplate(_),
          OutputFormat.GoTemplateFile(_) ->
          events.stream().map(this::next).collect(Collectors.joining());
    };
  }

  public String next(WatchEvent event) {
    return switch (format) {
      case OutputFormat.Narrow(), OutputFormat.Wide(), OutputFormat.CustomColumns(_) ->
          table.below(cells(event));
      case OutputFormat.Yaml() ->
          "---\ntype: %s\nobject:\n%s"
              .formatted(event.type(), ResourceCodec.yaml(event.resource()).indent(2));
      case OutputFormat.Json() -> json(event) + "\n";
      case OutputFormat.GoTemplate(_), OutputFormat.GoTemplateFile(_) ->
          answers.of(List.of(new Answer.One(event.resource())), format);
    };
  }

  private List<String> cells(WatchEvent event) {
    List<String> cells = new ArrayList<>(List.of(event.type().toString()));
    Resource resource = event.resource();
    columns.forEach(column -> cells.add(column.value().apply(resource)));
    return cells;
  }

  /// In one line, so that a reader knows where it ends.
  private static String json(WatchEvent event) {
    try {
      ObjectNode line = JSON.createObjectNode().put("type", event.type().toString());
      line.set("object", JSON.readTree(ResourceCodec.json(event.resource())));
      return line.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(event.resource().key() + " is not written as JSON", e);
    }
  }
}
