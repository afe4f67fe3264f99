// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.Serial;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// What controllers say of a resource, its conditions in Calico's order: Kubernetes sorts fields by
/// name.
final class StatusWriter extends StdSerializer<Map<String, Object>> {

  @Serial private static final long serialVersionUID = 1L;

  private static final String CONDITIONS = "conditions";

  StatusWriter() {
    super(Map.class, false);
  }

  @Override
  public boolean isEmpty(SerializerProvider provider, Map<String, Object> status) {
    return status.isEmpty();
  }

  @Override
  public void serialize(Map<String, Object> status, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, Object> said : status.entrySet()) {
      json.writeFieldName(said.getKey());
      if (said.getKey().equals(CONDITIONS) && said.getValue() instanceof Collection<?> conditions) {
        json.writeStartArray();
        for (Object condition : conditions) {
          provider.defaultSerializeValue(inOrder(condition), json);
        }
        json.writeEndArray();
      } else {
        provider.defaultSerializeValue(said.getValue(), json);
      }
    }
    json.writeEndObject();
  }

  private static Object inOrder(Object condition) {
    if (!(condition instanceof Map<?, ?> fields)) {
      return condition;
    }
    Map<String, Object> sorted = new TreeMap<>(MapOrder.OF_CONDITION);
    fields.forEach((name, field) -> sorted.put(name.toString(), field));
    return sorted;
  }
}
