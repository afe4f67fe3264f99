// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;

/// One document as a tree, and where its fields stand in the text.
///
/// @param place `line 3, column 5: ` for a path, or empty where it is not known
public record Document(JsonNode root, Function<JsonPointer, String> place) {

  public Document(JsonNode root) {
    this(root, _ -> "");
  }
}
