// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static dev.brindle.cni.protocol.CniConfigReader.part;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Labels that a runtime hands over in `args`. Three forms are known; of a label given twice the
/// later form wins:
///
/// ```
/// {"org.apache.mesos": {"network_info": {"labels": {"labels": [{"key": "a", "value": "b"}]}}}}
/// {"cni": {"labels": [{"key": "a", "value": "b"}]}}
/// {"brindle": {"labels": {"a": "b"}}}
/// ```
final class CniLabels {

  private static final Pattern FORBIDDEN = Pattern.compile("[^A-Za-z0-9_.\\-]+");
  private static final Pattern RUN_WITH_DOT = Pattern.compile("[-_.]*\\.[-_.]*");
  private static final Pattern EDGES = Pattern.compile("^[-_.]+|[-_.]+$");

  private CniLabels() {}

  static Map<String, String> of(JsonNode args) {
    Map<String, String> labels = new TreeMap<>();
    JsonNode info = part(part(args, "org.apache.mesos"), "network_info");
    addPairs(labels, part(info, "labels"));
    addPairs(labels, part(args, "cni"));
    addMap(labels, part(part(args, "brindle"), "labels"));
    return labels;
  }

  private static void addPairs(Map<String, String> labels, JsonNode holder) {
    for (JsonNode pair : CniConfigReader.objects(holder, "labels", "args: labels")) {
      String key = CniConfigReader.text(pair, "key");
      if (!key.isEmpty()) {
        labels.put(sanitised(key, true), sanitised(CniConfigReader.text(pair, "value"), false));
      }
    }
  }

  private static void addMap(Map<String, String> labels, JsonNode map) {
    map.properties().forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText("")));
  }

  /// What foreign orchestrators write need not be a label: `/` becomes `.` (in values), what else
  /// is not allowed becomes `-`, runs with a dot become a dot, and the ends are trimmed.
  private static String sanitised(String text, boolean isKey) {
    if (isKey && text.startsWith("projectcalico.org/")) {
      return text;
    }
    String dashed = FORBIDDEN.matcher(text.replace('/', '.')).replaceAll("-");
    String dotted = RUN_WITH_DOT.matcher(dashed).replaceAll(".");
    return EDGES.matcher(dotted).replaceAll("");
  }
}
