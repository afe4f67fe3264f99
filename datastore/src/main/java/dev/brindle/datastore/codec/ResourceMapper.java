// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Port;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.SecretPassword;
import dev.brindle.api.resource.Tier;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.io.IOException;

/// Binds JSON to the records, whose component names are the names of the fields.
final class ResourceMapper {

  /// Go's `omitempty`: what is empty, false or 0 is left out; what stands in an `Optional` or a map
  /// is there, whatever it is.
  private static final JsonInclude.Value OMIT_EMPTY =
      JsonInclude.Value.construct(JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.ALWAYS);

  private static final CoercionInputShape TEXT = CoercionInputShape.String;
  private static final CoercionInputShape EMPTY = CoercionInputShape.EmptyString;
  private static final CoercionInputShape NUMBER = CoercionInputShape.Integer;
  private static final CoercionAction FAIL = CoercionAction.Fail;
  private static final CoercionAction ABSENT = CoercionAction.AsNull;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(ScalarModule.create())
          .addMixIn(Metadata.class, FieldNames.OfMetadata.class)
          .addMixIn(BgpFilter.Rule.class, FieldNames.OfFilterRule.class)
          .addMixIn(FelixConfiguration.class, FieldNames.OfFelix.class)
          .addMixIn(HostEndpoint.EndpointPort.class, FieldNames.OfHostPort.class)
          .addMixIn(IpamConfig.Spec.class, FieldNames.OfIpamConfig.class)
          .addMixIn(CalicoNode.class, FieldNames.WithStatus.class)
          .addMixIn(CalicoNode.Address.class, FieldNames.OfNodeAddress.class)
          .addMixIn(CalicoNode.OrchRef.class, FieldNames.OfOrchRef.class)
          .addMixIn(IpPool.class, FieldNames.OfPool.class)
          .addMixIn(KubeControllersConfiguration.class, FieldNames.WithStatus.class)
          .addMixIn(Rule.class, FieldNames.OfRule.class)
          .addMixIn(SecretPassword.SecretKeyRef.class, FieldNames.OfSecret.class)
          .addMixIn(Tier.class, FieldNames.OfTier.class)
          .addMixIn(WorkloadEndpoint.Spec.class, FieldNames.OfEndpoint.class)
          .addMixIn(WorkloadEndpoint.EndpointPort.class, FieldNames.OfPodPort.class)
          .addMixIn(IpamBlock.Spec.class, FieldNames.OfBlock.class)
          .addMixIn(IpamBlock.Attribute.class, FieldNames.OfAttribute.class)
          .annotationIntrospector(new RecordFacts())
          .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
          .defaultPropertyInclusion(OMIT_EMPTY)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .withCoercionConfig(LogicalType.Integer, refused -> refused.setCoercion(TEXT, FAIL))
          .withCoercionConfig(LogicalType.Float, refused -> refused.setCoercion(TEXT, FAIL))
          .withCoercionConfig(LogicalType.Boolean, refused -> refused.setCoercion(TEXT, FAIL))
          .withCoercionConfig(LogicalType.Enum, empty -> empty.setCoercion(EMPTY, ABSENT))
          .build();

  /// What people write: as Go reads it, upper and lower case are the same in names of fields. A
  /// choice or number that is empty is none, where Calico does not leave it out.
  private static final JsonMapper STRICT =
      MAPPER
          .rebuild()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .withCoercionConfig(LogicalType.Integer, refused -> refused.setCoercion(EMPTY, FAIL))
          .withCoercionConfig(LogicalType.Float, refused -> refused.setCoercion(EMPTY, FAIL))
          .withCoercionConfig(
              LogicalType.Boolean,
              refused -> refused.setCoercion(EMPTY, FAIL).setCoercion(NUMBER, FAIL))
          .withCoercionConfig(AsNumber.class, empty -> empty.setCoercion(EMPTY, FAIL))
          .withCoercionConfig(Port.class, empty -> empty.setCoercion(EMPTY, FAIL))
          .withCoercionConfig(Protocol.class, empty -> empty.setCoercion(EMPTY, FAIL))
          .withCoercionConfig(Rule.Action.class, empty -> empty.setCoercion(EMPTY, FAIL))
          .withCoercionConfig(IpPool.AssignmentMode.class, empty -> empty.setCoercion(EMPTY, FAIL))
          .build();

  /// Leaves nothing out.
  private static final JsonMapper COMPLETE =
      MAPPER
          .rebuild()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
          .build();

  /// What a store gets.
  private static final ObjectWriter STORED =
      MAPPER.writer().with(new GoEscapes()).without(JsonWriteFeature.WRITE_HEX_UPPER_CASE);

  private ResourceMapper() {}

  static ObjectReader lenient(ResourceKind kind) {
    return MAPPER.readerFor(kind.type());
  }

  static ObjectReader strict(ResourceKind kind) {
    return STRICT.readerFor(kind.type());
  }

  /// JSON text as it is, with repeated fields refused.
  static JsonNode tree(String json) throws IOException {
    return MAPPER.readTree(json);
  }

  /// The same as its tree's, written at once.
  static String text(Resource resource) {
    return stored(resource);
  }

  static String text(ObjectNode tree) {
    return stored(tree);
  }

  private static String stored(Object value) {
    try {
      return STORED.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("%s cannot be written".formatted(value), e);
    }
  }

  static ObjectNode completeTree(Resource resource) {
    return COMPLETE.valueToTree(resource);
  }

  static ObjectNode tree(Resource resource) {
    return MAPPER.valueToTree(resource);
  }
}
