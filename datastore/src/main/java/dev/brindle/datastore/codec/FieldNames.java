// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.brindle.api.resource.Rule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a JSON field is not simply named and written as its record component.
final class FieldNames {

  private FieldNames() {}

  /// Kubernetes writes more into metadata than we keep.
  @JsonIgnoreProperties({
    "deletionGracePeriodSeconds",
    "finalizers",
    "generation",
    "managedFields",
    "ownerReferences",
    "selfLink"
  })
  interface OfMetadata {}

  /// The three lists are always written: a full block has an empty queue, and says so.
  interface OfBlock {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonSerialize(using = AllocationsWriter.class)
    @JsonDeserialize(using = AllocationsReader.class)
    List<Integer> allocations();

    @JsonInclude(JsonInclude.Include.ALWAYS)
    List<Integer> unallocated();

    @JsonInclude(JsonInclude.Include.ALWAYS)
    List<Object> attributes();
  }

  /// Its controllers write it, and nothing is left out.
  interface OfPool {

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonSerialize(using = StatusWriter.class)
    Map<String, Object> status();
  }

  /// As `WithStatus`.
  interface OfTier {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonSerialize(using = StatusWriter.class)
    Map<String, Object> status();
  }

  /// Its controllers write it, and nothing counts as `{}`.
  interface WithStatus {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    Map<String, Object> status();
  }

  /// Which are over two hundred, in an order of their own.
  interface OfFelix {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonSerialize(using = FelixSpecWriter.class)
    Map<String, Object> spec();
  }

  /// Limits are a map, in an order of their own.
  interface OfEndpoint {

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonSerialize(using = QosWriter.class)
    Map<String, Object> qosControls();
  }

  /// An end that may be anything is left out.
  interface OfRule {

    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Anything.class)
    Rule.Entity source();

    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Anything.class)
    Rule.Entity destination();
  }

  /// Equal to what is left out.
  @SuppressWarnings({"EqualsHashCode", "EqualsUnsafeCast", "EqualsBrokenForNull"})
  static final class Anything {

    @Override
    public boolean equals(@Nullable Object other) {
      return Rule.Entity.ANY.equals(other);
    }

    @Override
    public int hashCode() {
      return Rule.Entity.ANY.hashCode();
    }
  }

  /// False is written here, as in no other kind.
  interface OfIpamConfig {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    boolean strictAffinity();
  }

  /// Written also where it is empty.
  interface OfSecret {

    /// Kubernetes' own part of it, which Go reads strictly.
    @JsonDeserialize(using = TextOnlyReader.class)
    String name();

    @JsonInclude(JsonInclude.Include.ALWAYS)
    String key();
  }

  /// As `OfSecret`.
  interface OfHostPort {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    String name();

    @JsonInclude(JsonInclude.Include.ALWAYS)
    int port();
  }

  /// As `OfSecret`.
  interface OfPodPort {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    String name();

    @JsonInclude(JsonInclude.Include.ALWAYS)
    int port();

    @JsonInclude(JsonInclude.Include.ALWAYS)
    int hostPort();

    @JsonInclude(JsonInclude.Include.ALWAYS)
    String hostIP();
  }

  /// As `OfSecret`.
  interface OfNodeAddress {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    String address();
  }

  /// As `OfSecret`.
  interface OfOrchRef {

    @JsonInclude(JsonInclude.Include.ALWAYS)
    String orchestrator();
  }

  /// A word that Java has taken.
  interface OfFilterRule {

    @JsonProperty("interface")
    String interfaceName();
  }

  /// Calico's names from before there were alternate owners.
  interface OfAttribute {

    @JsonProperty("handle_id")
    String handleId();

    @JsonProperty("secondary")
    Map<String, String> activeOwner();

    @JsonProperty("alternateOwnerAttrs")
    Map<String, String> alternateOwner();
  }
}
