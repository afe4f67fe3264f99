// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static dev.brindle.cni.protocol.CniError.Code.DECODING_FAILURE;
import static dev.brindle.cni.protocol.CniError.Code.INCOMPATIBLE_VERSION;
import static dev.brindle.cni.protocol.CniError.Code.INVALID_NETWORK_CONFIG;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/// Reads the network configuration a runtime gives on stdin. Fields that are not ours are left
/// alone, as the specification wants.
public final class CniConfigReader {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_MTU = 65_535;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");
  private static final int MAX_NAME = 253;
  private static final String VALID = "cni.dev/valid-attachments";

  /// What runtimes call it that follow a draft of version 1.1.0.
  private static final String OLD_VALID = "cni.dev/attachments";

  private static final String ATTACHMENTS = "a list of {\"containerID\": …, \"ifname\": …}";
  private static final Pattern PLUGIN = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.\\-]*");
  private static final Pattern GATE = Pattern.compile("https?:");
  private static final String PREVIOUS = "prevResult";
  private static final String HOST_LOCAL = "host-local";

  /// Of bounded depth.
  static final ObjectMapper JSON = new ObjectMapper(bounded().build());

  /// Of two fields of one name somebody else may take the other, and what comes behind the end was
  /// meant for something.
  private static final ObjectMapper STRICT =
      new ObjectMapper(bounded().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /// Of what is said back, which must fit into an answer.
  private static final int SHOWN = 200;

  private static final int LONGEST_VERSION = 31;

  private CniConfigReader() {}

  private static JsonFactoryBuilder bounded() {
    return new JsonFactoryBuilder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build());
  }

  /// @throws CniException code 6 for what is no JSON object, 1 for a version we do not speak, 7 for
  ///     a field with a value that cannot be used
  public static CniConfig read(String text) {
    JsonNode json = object(text, STRICT);
    CniVersion version = version(json);
    return new CniConfig(
        version,
        text(json, "type"),
        name(json),
        text(json, "nodename"),
        number(json, "mtu", MAX_MTU),
        flag(json, "require_mtu_file"),
        ipam(json),
        policyType(part(json, "policy")),
        flag(part(json, "container_settings"), "allow_ip_forwarding"),
        number(json, "policy_setup_timeout_seconds", Integer.MAX_VALUE),
        CniLabels.of(part(json, "args")),
        text(part(part(json, "args"), "brindle"), "serviceAccount"),
        gates(json),
        features(part(json, "feature_control")),
        previous(json),
        text);
  }

  /// Of a DEL: what that goes by, and nothing else. A mistake that somebody made since in another
  /// field must not keep what pods have.
  ///
  /// @throws CniException as above
  public static CniConfig readForDeletion(String text) {
    JsonNode json = object(text, JSON);
    String ipam = ipamType(json);
    return new CniConfig(
        version(json),
        text(json, "type"),
        name(json),
        text(json, "nodename"),
        0,
        false,
        ipam.equals(CniConfig.Ipam.OURS)
            ? new CniConfig.Ipam(ipam, true, false, List.of(), List.of(), List.of())
            : CniConfig.Ipam.other(ipam, List.of()),
        "",
        false,
        0,
        Map.of(),
        "",
        List.of(),
        new CniConfig.Features(false, false),
        Optional.empty(),
        text);
  }

  /// Of a GC: the containers that may keep what they have.
  ///
  /// @throws CniException code 7 if they are not listed, as that would be none
  public static Set<String> validContainers(String text) {
    JsonNode json = object(text, STRICT);
    JsonNode list = json.has(VALID) ? json.get(VALID) : json.path(OLD_VALID);
    if (list.isNull()) {
      return Set.of(); // as Go writes an empty list
    }
    if (!list.isArray()) {
      throw bad(VALID, list.isMissingNode() ? "" : list.toString(), ATTACHMENTS);
    }
    Set<String> containers = new HashSet<>();
    for (JsonNode attachment : list) {
      String container = text(attachment, "containerID");
      if (container.isEmpty()) {
        throw bad(VALID, list.toString(), ATTACHMENTS);
      }
      containers.add(container);
    }
    return containers;
  }

  /// The version the text names, as far as it can be made out: for answering an error.
  public static String versionOf(String text) {
    try {
      String version = text(object(text, JSON), "cniVersion");
      boolean isOne = !version.isEmpty() && version.length() <= LONGEST_VERSION;
      return isOne ? version : CniVersion.NEWEST.toString();
    } catch (CniException _) {
      return CniVersion.NEWEST.toString();
    }
  }

  private static JsonNode object(String text, ObjectMapper mapper) {
    try {
      JsonNode json = mapper.readTree(text);
      if (json != null && json.isObject()) {
        return json;
      }
      throw new CniException(
          DECODING_FAILURE, "the network configuration on stdin is no JSON object");
    } catch (JsonProcessingException e) {
      throw new CniException(
          DECODING_FAILURE,
          "the network configuration on stdin is no JSON: " + e.getOriginalMessage(),
          e);
    }
  }

  private static CniVersion version(JsonNode json) {
    String text = text(json, "cniVersion");
    if (text.isEmpty()) {
      return CniVersion.UNSAID;
    }
    return CniVersion.find(text)
        .orElseThrow(
            () ->
                new CniException(
                    INCOMPATIBLE_VERSION,
                    "cniVersion '%s' is not supported: expected one of %s"
                        .formatted(shown(text), List.of(CniVersion.values()))));
  }

  private static String name(JsonNode json) {
    String name = text(json, "name");
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      throw bad("name", name, "a letter or digit, then letters, digits, '_', '.', '-'");
    }
    return name;
  }

  private static String ipamType(JsonNode json) {
    String type = text(part(json, "ipam"), "type");
    if (!PLUGIN.matcher(type).matches() || type.equals(text(json, "type"))) {
      throw bad("ipam.type", type, "calico-ipam, or the name of another IPAM plugin");
    }
    return type;
  }

  private static CniConfig.Ipam ipam(JsonNode json) {
    JsonNode ipam = json.path("ipam");
    String type = ipamType(json);
    if (!type.equals(CniConfig.Ipam.OURS)) {
      return CniConfig.Ipam.other(type, type.equals(HOST_LOCAL) ? routes(json) : List.of());
    }
    boolean ipv4 = word(ipam, "assign_ipv4", true);
    boolean ipv6 = word(ipam, "assign_ipv6", false);
    if (!ipv4 && !ipv6) {
      throw bad("ipam.assign_ipv4", "false", "true for at least one of assign_ipv4, assign_ipv6");
    }
    return new CniConfig.Ipam(
        type, ipv4, ipv6, pools(ipam, "ipv4_pools"), pools(ipam, "ipv6_pools"), List.of());
  }

  /// Those that the network gives host-local are the pod's.
  private static List<Cidr> routes(JsonNode json) {
    boolean hasDefaults = flag(json, "include_default_routes");
    List<Cidr> routes = new ArrayList<>();
    for (JsonNode route : objects(json.path("ipam"), "routes", "ipam.routes")) {
      String text = text(route, "dst");
      routes.add(
          InterfaceAddress.tryParse(text)
              .map(InterfaceAddress::cidr)
              .orElseThrow(() -> bad("ipam.routes.dst", text, "a CIDR")));
    }
    if (hasDefaults && !routes.isEmpty()) {
      routes.addAll(0, PodCidrMarks.ANY);
    }
    return routes;
  }

  private static Optional<JsonNode> previous(JsonNode json) {
    JsonNode previous = json.path(PREVIOUS);
    if (previous.isMissingNode() || previous.isNull()) {
      return Optional.empty();
    }
    if (!previous.isObject()) {
      throw bad(PREVIOUS, previous.toString(), "the result of the plugin before");
    }
    for (String list : List.of("interfaces", "ips", "routes")) {
      objects(previous, list, PREVIOUS + "." + list);
    }
    return Optional.of(previous);
  }

  private static List<URI> gates(JsonNode json) {
    return texts(json, "readiness_gates", "readiness_gates", "a list of URLs").stream()
        .map(CniConfigReader::gate)
        .toList();
  }

  private static URI gate(String text) {
    try {
      URI gate = new URI(text);
      if (GATE.matcher(text).lookingAt() && gate.getHost() != null) {
        return gate;
      }
    } catch (URISyntaxException e) {
      throw new CniException(INVALID_NETWORK_CONFIG, badGate(text), e);
    }
    throw new CniException(INVALID_NETWORK_CONFIG, badGate(text));
  }

  private static String badGate(String text) {
    return "invalid URL set for ReadinessGates: network configuration: readiness_gates has '%s':"
            .formatted(shown(text))
        + " expected an http:// or https:// URL";
  }

  private static CniConfig.Features features(JsonNode control) {
    return new CniConfig.Features(flag(control, "ip_addrs_no_ipam"), flag(control, "floating_ips"));
  }

  private static String policyType(JsonNode policy) {
    String type = text(policy, "type");
    if (!type.isEmpty() && !type.equals("k8s")) {
      throw bad("policy.type", type, "k8s, or nothing");
    }
    return type;
  }

  /// What is no object would be taken for an empty one: as if nobody had asked for policy.
  static JsonNode part(JsonNode json, String field) {
    JsonNode part = json.path(field);
    if (!part.isMissingNode() && !part.isNull() && !part.isObject()) {
      throw bad(field, part.toString(), "an object");
    }
    return part;
  }

  /// @param name of the list, for people
  static JsonNode objects(JsonNode json, String field, String name) {
    JsonNode list = json.path(field);
    boolean isAbsent = list.isMissingNode() || list.isNull();
    if (!isAbsent && !(list.isArray() && list.valueStream().allMatch(JsonNode::isObject))) {
      throw bad(name, list.toString(), "a list of objects");
    }
    return list;
  }

  static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw bad(field, value.toString(), "a text");
    }
    return value.textValue();
  }

  private static List<String> pools(JsonNode json, String field) {
    return texts(json, field, "ipam." + field, "a list of pool names or CIDRs");
  }

  private static List<String> texts(JsonNode json, String field, String name, String expected) {
    JsonNode list = json.path(field);
    if (list.isMissingNode() || list.isNull()) {
      return List.of();
    }
    boolean isTexts =
        list.isArray()
            && StreamSupport.stream(list.spliterator(), false).allMatch(JsonNode::isTextual);
    if (!isTexts) {
      throw bad(name, list.toString(), expected);
    }
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::textValue).toList();
  }

  private static int number(JsonNode json, String field, int max) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return 0;
    }
    if (!value.canConvertToInt()
        || !value.isInt()
        || value.intValue() < 0
        || value.intValue() > max) {
      throw bad(field, value.toString(), "a number from 0 to " + max);
    }
    return value.intValue();
  }

  private static boolean flag(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw bad(field, value.toString(), "true or false");
    }
    return value.booleanValue();
  }

  /// Calico writes these as texts; real booleans are understood as well.
  private static boolean word(JsonNode json, String field, boolean absent) {
    JsonNode value = json.path(field);
    return switch (value.asText("")) {
      case "" -> absent;
      case "true" -> true;
      case "false" -> false;
      default -> throw bad("ipam." + field, value.toString(), "\"true\" or \"false\"");
    };
  }

  private static CniException bad(String field, String value, String expected) {
    return new CniException(
        INVALID_NETWORK_CONFIG,
        value.isEmpty()
            ? "network configuration: %s is missing: expected %s".formatted(field, expected)
            : "network configuration: %s is '%s': expected %s"
                .formatted(field, shown(value), expected));
  }

  static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
