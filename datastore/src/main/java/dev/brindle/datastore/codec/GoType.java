// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.brindle.api.net.Port;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.SecretPassword;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What calicoctl says of a value of another JSON type than its field has, by the names of Calico's
/// Go types: scripts look for that sentence.
///
/// Go's numbers of different widths are all `int` here, and rules of BGPFilter those of IPv4.
final class GoType {

  private static final Set<String> NUMBERS = Set.of("int", "float64", "uint16", "uint8");

  /// Records that are not called as Calico's structs.
  private static final Map<Class<?>, String> STRUCTS =
      Map.ofEntries(
          Map.entry(Metadata.class, "ObjectMeta"),
          Map.entry(Rule.Entity.class, "EntityRule"),
          Map.entry(Rule.Icmp.class, "ICMPFields"),
          Map.entry(Rule.Http.class, "HTTPMatch"),
          Map.entry(Rule.HttpPath.class, "HTTPPath"),
          Map.entry(SecretPassword.class, "BGPPassword"),
          Map.entry(SecretPassword.SecretKeyRef.class, "SecretKeySelector"),
          Map.entry(CalicoNode.Bgp.class, "NodeBGPSpec"),
          Map.entry(CalicoNode.Wireguard.class, "NodeWireguardSpec"),
          Map.entry(CalicoNode.Address.class, "NodeAddress"),
          Map.entry(CalicoNode.Interface.class, "NodeInterface"),
          Map.entry(WorkloadEndpoint.EndpointPort.class, "WorkloadEndpointPort"),
          Map.entry(WorkloadEndpoint.IpNat.class, "IPNAT"),
          Map.entry(BgpFilter.Rule.class, "BGPFilterRuleV4"),
          Map.entry(BgpFilter.PrefixLength.class, "BGPFilterPrefixLengthV4"),
          Map.entry(BgpFilter.Communities.class, "BGPFilterCommunityMatch"),
          Map.entry(BgpFilter.Operation.class, "BGPFilterOperation"),
          Map.entry(BgpFilter.AddCommunity.class, "BGPFilterAddCommunity"),
          Map.entry(BgpFilter.PrependAsPath.class, "BGPFilterPrependASPath"),
          Map.entry(BgpFilter.SetPriority.class, "BGPFilterSetPriority"),
          Map.entry(KubeControllersConfiguration.Controllers.class, "ControllersConfig"),
          Map.entry(KubeControllersConfiguration.NodeController.class, "NodeControllerConfig"),
          Map.entry(KubeControllersConfiguration.HostEndpoints.class, "AutoHostEndpointConfig"));

  private GoType() {}

  /// @param path to the field, from the resource on
  /// @param target our type of the field
  /// @return nothing if the value is none that Go would refuse
  static Optional<String> complaint(
      ResourceKind kind,
      JsonNode found,
      List<JsonMappingException.Reference> path,
      Class<?> target) {
    Optional<JsonMappingException.Reference> field =
        path.reversed().stream().filter(step -> step.getFieldName() != null).findFirst();
    String word = word(found.getNodeType());
    if (word.isEmpty() || field.isEmpty() || !(field.get().getFrom() instanceof Class<?> owner)) {
      return Optional.empty();
    }
    boolean isItem = path.getLast().getFieldName() == null;
    String type = isItem ? of(kind, target) : ofField(kind, owner, field.get(), target);
    boolean showsNumber = found.isNumber() && NUMBERS.contains(type);
    return Optional.of(
        "cannot unmarshal %s into Go struct field %s.%s of type %s"
            .formatted(
                showsNumber ? "number " + found.asText() : word,
                struct(kind, owner),
                path.stream()
                    .map(JsonMappingException.Reference::getFieldName)
                    .filter(name -> name != null)
                    .collect(Collectors.joining(".")),
                type));
  }

  /// Go takes null for any type.
  private static String word(JsonNodeType type) {
    return switch (type) {
      case ARRAY -> "array";
      case OBJECT -> "object";
      case BOOLEAN -> "bool";
      case NUMBER -> "number";
      case STRING -> "string";
      case BINARY, MISSING, NULL, POJO -> "";
    };
  }

  /// Only the field knows what a list of its is of.
  private static String ofField(
      ResourceKind kind, Class<?> owner, JsonMappingException.Reference field, Class<?> target) {
    if (!owner.isRecord() || !Collection.class.isAssignableFrom(target)) {
      return of(kind, target);
    }
    return Arrays.stream(owner.getRecordComponents())
        .filter(component -> component.getName().equals(field.getFieldName()))
        .map(RecordComponent::getGenericType)
        .findFirst()
        .map(type -> "[]" + ofItem(kind, type))
        .orElse("[]string");
  }

  private static String ofItem(ResourceKind kind, Type list) {
    if (!(list instanceof ParameterizedType generic)
        || !(generic.getActualTypeArguments()[0] instanceof Class<?> item)) {
      return "string";
    }
    if (item == Port.class) {
      return "numorstring.Port";
    }
    return item.isEnum() ? "v3." + item.getSimpleName() : of(kind, item);
  }

  private static String of(ResourceKind kind, Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "bool";
    }
    if (type == double.class || type == Double.class) {
      return "float64";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "int";
    }
    if (type == Port.class) {
      return "uint16";
    }
    if (type == Protocol.class) {
      return "uint8";
    }
    if (Map.class.isAssignableFrom(type)) {
      return "map[string]string";
    }
    boolean isOneWord = ScalarModule.isScalar(type) || !type.isRecord();
    return isOneWord ? "string" : "v3." + struct(kind, type);
  }

  private static String struct(ResourceKind kind, Class<?> type) {
    if (type == kind.type()) {
      return kind.kindName();
    }
    boolean isSpec = type.getSimpleName().equals("Spec");
    return isSpec ? kind.kindName() + "Spec" : STRUCTS.getOrDefault(type, type.getSimpleName());
  }
}
