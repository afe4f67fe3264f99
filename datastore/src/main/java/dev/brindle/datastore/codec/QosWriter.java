// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.Serial;
import java.util.Map;
import java.util.TreeMap;

/// The limits of an endpoint's traffic in Calico's order.
final class QosWriter extends StdSerializer<Map<String, Object>> {

  @Serial private static final long serialVersionUID = 1L;

  QosWriter() {
    super(Map.class, false);
  }

  @Override
  public boolean isEmpty(SerializerProvider provider, Map<String, Object> limits) {
    return limits.isEmpty();
  }

  @Override
  public void serialize(Map<String, Object> limits, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    TreeMap<String, Object> sorted = new TreeMap<>(MapOrder.OF_QOS);
    sorted.putAll(limits);
    json.writeStartObject();
    for (Map.Entry<String, Object> limit : sorted.entrySet()) {
      json.writeFieldName(limit.getKey());
      provider.defaultSerializeValue(limit.getValue(), json);
    }
    json.writeEndObject();
  }
}
