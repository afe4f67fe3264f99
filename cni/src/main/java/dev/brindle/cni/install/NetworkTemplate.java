// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.install;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The network configuration as it is written, from a text with placeholders.
final class NetworkTemplate {

  static final String BUILT_IN =
      """
      {
        "name": "k8s-pod-network",
        "cniVersion": "1.0.0",
        "plugins": [
          {
            "type": "calico",
            "log_level": "__LOG_LEVEL__",
            "datastore_type": "__DATASTORE_TYPE__",
            "nodename": "__KUBERNETES_NODE_NAME__",
            "mtu": __CNI_MTU__,
            "require_mtu_file": __REQUIRE_MTU_FILE__,
            "ipam": {
              "type": "calico-ipam"
            },
            "policy": {
              "type": "k8s"
            }
          },
          {
            "type": "portmap",
            "snat": true,
            "capabilities": {
              "portMappings": true
            }
          }
        ]
      }
      """;

  private static final Set<String> OURS = Set.of("calico");
  private static final Pattern PLACEHOLDER = Pattern.compile("__[A-Z0-9_]+__");
  private static final JsonMapper JSON = new JsonMapper();

  private NetworkTemplate() {}

  /// @param text what is written to the host
  /// @param missing plugins it names that are nowhere to be found
  /// @param isWithoutBandwidth whether the plugin `bandwidth` was left out
  record Filled(String text, List<String> missing, boolean isWithoutBandwidth) {

    Filled {
      missing = List.copyOf(missing);
    }
  }

  /// The built-in one, without those of its plugins besides ours that the host does not have.
  static Filled builtIn(Map<String, String> values, Predicate<String> isAtHand) {
    ObjectNode json = parse(fill(BUILT_IN, values));
    List<String> missing = new ArrayList<>();
    ArrayNode plugins = (ArrayNode) json.path("plugins");
    for (int i = plugins.size() - 1; i > 0; i--) {
      String type = plugins.path(i).path("type").asText();
      if (!isAtHand.test(type)) {
        missing.add(type);
        plugins.remove(i);
      }
    }
    return new Filled(check(json.toPrettyString() + "\n"), missing, false);
  }

  /// Somebody's own, as it is, but without a plugin that would fail where felix limits a pod's
  /// bandwidth already.
  static Filled own(String template, Map<String, String> values, Predicate<String> isAtHand) {
    String filled = fill(template, values);
    ObjectNode json = parse(filled);
    boolean isWithout = leaveOutBandwidth(json);
    String text = check(isWithout ? json.toPrettyString() + "\n" : filled);
    List<String> missing = new ArrayList<>();
    for (JsonNode plugin : plugins(parse(text))) {
      for (String type :
          List.of(plugin.path("type").asText(), plugin.path("ipam").path("type").asText())) {
        if (!type.isEmpty() && !isAtHand.test(type)) {
          missing.add(type);
        }
      }
    }
    return new Filled(text, missing, isWithout);
  }

  /// One that only does what pods' annotations say. One with rates of its own does more.
  private static boolean leaveOutBandwidth(ObjectNode json) {
    boolean isLeftOut = false;
    for (Iterator<JsonNode> all = json.path("plugins").elements(); all.hasNext(); ) {
      JsonNode plugin = all.next();
      boolean isBandwidth = plugin.path("type").asText().equals("bandwidth");
      if (isBandwidth && !plugin.has("ingressRate") && !plugin.has("egressRate")) {
        all.remove();
        isLeftOut = true;
      }
    }
    return isLeftOut;
  }

  private static String fill(String template, Map<String, String> values) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(
            found -> {
              String value = values.get(found.group());
              if (value == null) {
                throw new InstallException(
                    "the network configuration has %s, which is none of the placeholders: %s"
                        .formatted(found.group(), values.keySet().stream().sorted().toList()));
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /// What the plugin would refuse at each pod is refused here.
  private static String check(String text) {
    ObjectNode json = parse(text);
    for (JsonNode plugin : plugins(json)) {
      if (OURS.contains(plugin.path("type").asText()) && plugin instanceof ObjectNode own) {
        ObjectNode single = own.deepCopy();
        single.set("name", json.path("name"));
        single.set("cniVersion", json.path("cniVersion"));
        try {
          CniConfigReader.read(single.toString());
        } catch (CniException e) {
          throw new InstallException(String.valueOf(e.getMessage()), e);
        }
      }
    }
    return text;
  }

  /// Of a list, or of what is one plugin itself.
  private static Iterable<JsonNode> plugins(ObjectNode json) {
    return json.path("plugins").isArray() ? json.path("plugins") : List.of(json);
  }

  private static ObjectNode parse(String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new InstallException(
          "the network configuration is no JSON once its placeholders are filled: %s, in%n%s"
              .formatted(e.getOriginalMessage(), text),
          e);
    }
    throw new InstallException("the network configuration is no JSON object:%n%s".formatted(text));
  }
}
