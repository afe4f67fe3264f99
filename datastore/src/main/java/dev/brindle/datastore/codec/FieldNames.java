// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;
import java.util.Map;

/// Where a JSON field is not simply named and written as its record component.
final class FieldNames {

  private FieldNames() {}

  /// Kubernetes writes more into metadata than we keep.
  @JsonIgnoreProperties({
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
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
