// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/// What a newer writer stored and we do not know: it stays where a resource is written again,
/// unless the part it stood in is removed.
///
/// An item of a list is the one that says the same, wherever it stands now; a changed one the one
/// at its place, if the list is as long as it was. What says whose it is (an attribute of a block)
/// and is another's now is no changed one.
public final class KeptFields {

  private static final int NOWHERE = -1;
  private static final String OWNER = "handle_id";
  private static final JsonNode NONE = JsonNodeFactory.instance.objectNode();

  private KeptFields() {}

  /// A whole resource: also its status, and what Kubernetes has in metadata.
  ///
  /// @param written what is to be stored; is added to
  /// @param before as it is stored
  /// @param read what we read there
  public static void keep(ObjectNode written, ObjectNode before, Resource read) {
    ObjectNode known = ResourceTree.complete(read);
    known.withObjectProperty("metadata").putNull("resourceVersion").putNull("selfLink");
    merge(written, before, known, ResourceTree.of(read));
  }

  /// @param written a part of what is to be stored, such as `spec`; is added to
  /// @param before the same part as it is stored
  /// @param read what we read there
  /// @param part `spec`
  public static void keep(ObjectNode written, JsonNode before, Resource read, String part) {
    if (before instanceof ObjectNode object) {
      JsonNode known = ResourceTree.complete(read).path(part);
      JsonNode said = ResourceTree.of(read).path(part);
      merge(written, object, known, said);
    }
  }

  /// @param known all fields we know there
  /// @param said those that were not empty
  private static void merge(ObjectNode written, ObjectNode before, JsonNode known, JsonNode said) {
    for (var field : before.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (!known.has(name)) {
        if (!written.has(name)) {
          written.set(name, value.deepCopy());
        }
        continue;
      }
      JsonNode now = written.path(name);
      if (value instanceof ObjectNode part && now instanceof ObjectNode mine) {
        merge(mine, part, known.path(name), said.path(name));
      } else if (value instanceof ArrayNode items && now instanceof ArrayNode mine) {
        mergeItems(mine, items, known.path(name), said.path(name));
      } else if (value instanceof ObjectNode part && now.isMissingNode() && !said.has(name)) {
        keepPart(written, name, part, known.path(name));
      }
    }
  }

  /// A part of which we know nothing that is not empty.
  private static void keepPart(ObjectNode written, String name, ObjectNode part, JsonNode known) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    merge(kept, part, known, NONE);
    if (!kept.isEmpty()) {
      written.set(name, kept);
    }
  }

  private static void mergeItems(
      ArrayNode written, ArrayNode before, JsonNode known, JsonNode said) {
    if (known.size() != before.size() || said.size() != before.size()) {
      return; // some cannot be told apart
    }
    boolean isAsLong = written.size() == before.size();
    Set<Integer> taken = new HashSet<>();
    int[] origins = new int[written.size()];
    for (int i = 0; i < written.size(); i++) {
      origins[i] = equal(written.get(i), i, said, taken);
      taken.add(origins[i]);
    }
    for (int i = 0; i < written.size(); i++) {
      boolean isChanged =
          origins[i] == NOWHERE
              && isAsLong
              && written.get(i).path(OWNER).equals(said.get(i).path(OWNER))
              && taken.add(i);
      int origin = isChanged ? i : origins[i];
      if (origin != NOWHERE
          && written.get(i) instanceof ObjectNode mine
          && before.get(origin) instanceof ObjectNode item) {
        merge(mine, item, known.get(origin), said.get(origin));
      }
    }
  }

  private static int equal(JsonNode item, int place, JsonNode said, Set<Integer> taken) {
    if (place < said.size() && !taken.contains(place) && said.get(place).equals(item)) {
      return place;
    }
    return IntStream.range(0, said.size())
        .filter(i -> !taken.contains(i) && said.get(i).equals(item))
        .findFirst()
        .orElse(NOWHERE);
  }
}
