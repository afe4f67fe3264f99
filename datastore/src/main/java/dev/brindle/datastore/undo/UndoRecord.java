// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.undo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A change that is undone at a certain time.
///
/// @param id eight hexadecimal digits
/// @param by who made it, for people
/// @param deadline when it is undone, by the clock of whoever looks
/// @param steps in the order in which it was made
/// @param faults what could not be undone, in words; of a failed one
public record UndoRecord(
    String id,
    String by,
    Instant deadline,
    State state,
    List<UndoStep> steps,
    List<String> faults) {

  private static final JsonMapper JSON = new JsonMapper();

  /// A record without a state that is known cannot be carried out.
  public enum State {
    /// May be confirmed.
    PENDING,
    /// May not be confirmed any more; whoever comes goes on with it.
    UNDOING,
    /// Undone but for the faults. A person has to look.
    FAILED
  }

  public UndoRecord {
    steps = List.copyOf(steps);
    faults = List.copyOf(faults);
  }

  public UndoRecord withDeadline(Instant changed) {
    return new UndoRecord(id, by, changed, state, steps, faults);
  }

  UndoRecord withState(State changed, List<String> why) {
    return new UndoRecord(id, by, deadline, changed, steps, why);
  }

  public boolean isDue(Instant now) {
    return state == State.UNDOING || (state == State.PENDING && !now.isBefore(deadline));
  }

  /// For people: `1a2b3c4d by ann@jump, 2 resources (IPPool(a), Tier(t))`.
  @Override
  public String toString() {
    List<String> keys = steps.stream().map(step -> step.key().toString()).toList();
    return "%s by %s: %s".formatted(id, by, String.join(", ", keys));
  }

  String json() {
    ObjectNode all = JSON.createObjectNode();
    all.put("by", by).put("deadline", deadline.toString());
    all.put("state", state.name().toLowerCase(Locale.ROOT));
    ArrayNode array = all.putArray("steps");
    for (UndoStep step : steps) {
      ObjectNode each = array.addObject().put("kind", step.key().kind().kindName());
      each.put("namespace", step.key().namespace()).put("name", step.key().name());
      step.before().ifPresent(text -> each.put("before", text));
      each.put("after", step.after());
    }
    ArrayNode words = all.putArray("faults");
    faults.forEach(words::add);
    return all.toString();
  }

  /// @throws DatastoreException if it is none: a newer version's, perhaps
  static UndoRecord parse(String id, String json) {
    try {
      JsonNode all = JSON.readTree(json);
      List<UndoStep> steps = new ArrayList<>();
      for (JsonNode each : all.path("steps")) {
        steps.add(
            new UndoStep(
                key(each),
                Optional.ofNullable(each.get("before")).map(JsonNode::asText),
                each.path("after").asText()));
      }
      List<String> faults = new ArrayList<>();
      all.path("faults").forEach(fault -> faults.add(fault.asText()));
      return new UndoRecord(
          id,
          all.path("by").asText(),
          Instant.parse(all.path("deadline").asText()),
          State.valueOf(all.path("state").asText().toUpperCase(Locale.ROOT)),
          steps,
          faults);
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw new DatastoreException(
          "the unconfirmed change %s cannot be read: %s".formatted(id, e.getMessage()), e);
    }
  }

  private static ResourceKey key(JsonNode step) {
    String name = step.path("kind").asText();
    ResourceKind kind =
        Arrays.stream(ResourceKind.values())
            .filter(each -> each.kindName().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("kind '%s'".formatted(name)));
    return new ResourceKey(kind, step.path("namespace").asText(), step.path("name").asText());
  }
}
