// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import dev.brindle.api.resource.IpamBlock;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;

/// null in JSON is `FREE`.
final class AllocationsReader extends StdDeserializer<List<Integer>> {

  @Serial private static final long serialVersionUID = 1L;

  AllocationsReader() {
    super(List.class);
  }

  @Override
  public List<Integer> deserialize(JsonParser in, DeserializationContext context)
      throws IOException {
    if (!in.isExpectedStartArrayToken()) {
      return context.reportInputMismatch(List.class, "expected a list");
    }
    List<Integer> allocations = new ArrayList<>();
    for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
      boolean isFree = token == JsonToken.VALUE_NULL;
      allocations.add(isFree ? IpamBlock.FREE : _parseIntPrimitive(in, context));
    }
    return allocations;
  }
}
