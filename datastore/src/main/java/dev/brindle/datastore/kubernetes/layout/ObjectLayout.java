// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How the objects of one collection stand for resources of one kind.
///
/// @param group of Calico's own collections
/// @param objects the collection
public record ObjectLayout(CalicoGroup group, ResourceKind kind, ApiResource objects) {

  /// What becomes of a resource that is written or removed.
  public enum Writing {
    /// The object is made, replaced and removed with the resource.
    WHOLE,
    /// The same, in two steps: an object that says it is deleted counts as gone.
    IN_TWO_STEPS,
    /// The object is Kubernetes'; ours are some annotations.
    ANNOTATIONS,
    /// The object is somebody else's.
    NONE
  }

  /// What an object says.
  ///
  /// @param resource absent if it stands for none
  /// @param complaints what was left out of it, and why
  public record Reading(Optional<Resource> resource, List<String> complaints) {}

  /// All of a kind, Calico's own first.
  public static List<ObjectLayout> of(CalicoGroup group, ResourceKind kind) {
    List<ApiResource> collections =
        switch (kind) {
          case NODE -> List.of(ApiResource.NODES);
          case WORKLOAD_ENDPOINT -> List.of(ApiResource.PODS);
          case KUBERNETES_SERVICE -> List.of(ApiResource.SERVICES);
          case KUBERNETES_ENDPOINT_SLICE -> List.of(ApiResource.ENDPOINT_SLICES);
          case LIVE_MIGRATION -> List.of(ApiResource.VIRTUAL_MACHINE_MOVES);
          case PROFILE -> List.of(ApiResource.NAMESPACES, ApiResource.SERVICE_ACCOUNTS);
          case NETWORK_POLICY -> List.of(group.resource(kind), ApiResource.NETWORK_POLICIES);
          case GLOBAL_NETWORK_POLICY ->
              List.of(
                  group.resource(kind),
                  ApiResource.CLUSTER_NETWORK_POLICIES,
                  ApiResource.ADMIN_NETWORK_POLICIES,
                  ApiResource.BASELINE_ADMIN_NETWORK_POLICIES);
          default -> List.of(group.resource(kind));
        };
    return collections.stream().map(each -> new ObjectLayout(group, kind, each)).toList();
  }

  /// In the order in which a node needs them: how it is to be, where it is, who else there is, what
  /// is allowed, and then the pods.
  public static List<ObjectLayout> inOrder(CalicoGroup group, Iterable<ResourceKind> kinds) {
    List<ObjectLayout> layouts = new ArrayList<>();
    kinds.forEach(kind -> layouts.addAll(of(group, kind)));
    layouts.sort(
        Comparator.comparingInt((ObjectLayout each) -> rank(each.kind()))
            .thenComparing(ObjectLayout::kind));
    return List.copyOf(layouts);
  }

  private static int rank(ResourceKind kind) {
    return switch (kind) {
      case CLUSTER_INFORMATION, FELIX_CONFIGURATION -> 0;
      case NODE, BGP_CONFIGURATION, BGP_PEER, BGP_FILTER, IP_POOL -> 1;
      case BLOCK_AFFINITY, IPAM_BLOCK -> 2;
      case WORKLOAD_ENDPOINT -> 4;
      default -> 3;
    };
  }

  public boolean isCalicos() {
    return objects.group().equals(group.group());
  }

  /// Whether most clusters are without the collection, and nobody may be allowed to ask for it.
  public boolean isExtra() {
    return kind == ResourceKind.LIVE_MIGRATION || ClusterPolicyForm.of(objects).isPresent();
  }

  /// Whether clusters of an older Calico are without the collection.
  public boolean mayBeAbsent() {
    return switch (kind) {
      case BGP_FILTER,
          CALICO_NODE_STATUS,
          IP_RESERVATION,
          STAGED_GLOBAL_NETWORK_POLICY,
          STAGED_KUBERNETES_NETWORK_POLICY,
          STAGED_NETWORK_POLICY,
          TIER ->
          true;
      default -> isExtra();
    };
  }

  public Writing writing() {
    return switch (kind) {
      case IPAM_BLOCK, BLOCK_AFFINITY, IPAM_HANDLE -> Writing.IN_TWO_STEPS;
      case NODE, WORKLOAD_ENDPOINT -> Writing.ANNOTATIONS;
      default -> isCalicos() ? Writing.WHOLE : Writing.NONE;
    };
  }

  /// What such a resource's object may be called here, the usual name first. Empty if it is not
  /// here.
  public List<ObjectName> names(ResourceKey key) {
    return switch (Native.of(this)) {
      case CUSTOM ->
          KubernetesPolicies.name(key).isPresent() || ClusterPolicyForm.isName(key)
              ? List.of()
              : CustomObjects.names(key);
      case NODE -> List.of(ObjectName.of(key.name()));
      case POD -> PodEndpoints.name(key).stream().toList();
      case NAMESPACE -> KubernetesProfiles.namespace(key).stream().toList();
      case ACCOUNT -> KubernetesProfiles.account(key).stream().toList();
      case POLICY -> KubernetesPolicies.name(key).stream().toList();
      case ADMINISTRATORS -> form().name(key).stream().toList();
      case SERVICE, SLICE, MOVE -> List.of(new ObjectName(key.namespace(), key.name()));
    };
  }

  /// Which resource an object stands for, also where the rest of it cannot be read; empty for none.
  public Optional<ResourceKey> key(ObjectNode object) {
    return switch (Native.of(this)) {
      case CUSTOM -> customKey(object);
      case NODE -> Optional.of(ResourceKey.of(kind, ObjectName.of(object).name()));
      case POD -> PodEndpoints.key(object);
      case NAMESPACE -> Optional.of(KubernetesProfiles.namespaceKey(object));
      case ACCOUNT -> Optional.of(KubernetesProfiles.accountKey(object));
      case POLICY -> Optional.of(KubernetesPolicies.key(object));
      case ADMINISTRATORS -> Optional.of(form().key(ObjectName.of(object).name()));
      case SERVICE, SLICE, MOVE -> {
        ObjectName name = ObjectName.of(object);
        yield Optional.of(new ResourceKey(kind, name.namespace(), name.name()));
      }
    };
  }

  private ClusterPolicyForm form() {
    return ClusterPolicyForm.of(objects).orElseThrow();
  }

  private Optional<ResourceKey> customKey(ObjectNode object) {
    try {
      return Optional.of(new CustomObjects(group).key(kind, object));
    } catch (ResourceFormatException _) {
      ObjectName name = ObjectName.of(object); // its note of a name is none
      return Optional.of(new ResourceKey(kind, name.namespace(), name.name()));
    }
  }

  /// Whether older writers gave its objects other names than people did.
  public boolean mayBeMoved() {
    return group == CalicoGroup.CRD && isCalicos() && CustomMetadata.POLICIES.contains(kind);
  }

  /// @throws ResourceFormatException if it is no such object
  public Reading read(ObjectNode object) {
    List<String> complaints = new ArrayList<>();
    try {
      Optional<Resource> resource =
          switch (Native.of(this)) {
            case CUSTOM -> custom(object);
            case NODE -> Optional.of(NodeObjects.read(object, complaints));
            case POD -> PodEndpoints.read(object, complaints).map(Resource.class::cast);
            case NAMESPACE -> Optional.of(KubernetesProfiles.ofNamespace(object));
            case ACCOUNT -> Optional.of(KubernetesProfiles.ofAccount(object));
            case POLICY -> Optional.of(KubernetesPolicies.read(object, complaints));
            case ADMINISTRATORS -> Optional.of(ClusterPolicies.read(form(), object, complaints));
            case SERVICE -> Optional.of(ServiceObjects.service(object, complaints));
            case SLICE -> ServiceObjects.slice(object, complaints).map(Resource.class::cast);
            case MOVE -> VirtualMachineMoves.read(object).map(Resource.class::cast);
          };
      return new Reading(resource, List.copyOf(complaints));
    } catch (IllegalArgumentException e) {
      throw new ResourceFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  private Optional<Resource> custom(ObjectNode object) {
    return writing() == Writing.IN_TWO_STEPS && CustomObjects.isDeleted(object)
        ? Optional.empty()
        : Optional.of(new CustomObjects(group).read(kind, object));
  }

  /// Whether someone began to remove it, and it may be that nobody goes on.
  public boolean isHalfRemoved(ObjectNode object) {
    return writing() == Writing.IN_TWO_STEPS && CustomObjects.isDeleted(object);
  }

  /// Whether its removal is one request: a handle is one pod's, and one goes with each pod. Blocks
  /// and claims may be wanted by several nodes at once: they are marked first, as in Calico.
  public boolean goesAtOnce(ObjectNode object) {
    return kind == ResourceKind.IPAM_HANDLE && object.path("metadata").path("finalizers").isEmpty();
  }

  /// @return as it is to be written first when it is removed
  public ObjectNode halfRemoved(ObjectNode object) {
    return CustomObjects.deleted(kind, group, object);
  }

  /// A whole object.
  ///
  /// @param before as it is stored, or an object without fields
  public ObjectNode write(Resource resource, ObjectNode before) {
    return new CustomObjects(group).write(resource, before);
  }

  /// What to merge into the status of an object that is Kubernetes'.
  ///
  /// @param before as it is stored
  public ObjectNode patch(Resource resource, ObjectNode before) {
    String uid = Json.text(before.path("metadata"), "uid");
    String revision = Json.text(before.path("metadata"), "resourceVersion");
    return switch (resource) {
      case CalicoNode node -> NodeObjects.patch(node, revision);
      case WorkloadEndpoint endpoint -> PodEndpoints.noted(endpoint.spec(), uid);
      default -> throw new IllegalArgumentException("%s has no patch".formatted(resource.key()));
    };
  }

  /// What to merge into a pod whose endpoint is removed.
  ///
  /// @param isUnderRevision only if it is still as it was read
  public ObjectNode emptying(ObjectNode pod, boolean isUnderRevision) {
    ObjectNode patch = PodEndpoints.emptied(Json.text(pod.path("metadata"), "uid"));
    if (isUnderRevision) {
      String revision = Json.text(pod.path("metadata"), "resourceVersion");
      patch.withObjectProperty("metadata").put("resourceVersion", revision);
    }
    return patch;
  }

  /// What the collection holds.
  private enum Native {
    CUSTOM,
    NODE,
    POD,
    NAMESPACE,
    ACCOUNT,
    POLICY,
    ADMINISTRATORS,
    SERVICE,
    SLICE,
    MOVE;

    private static final Map<ApiResource, Native> OF =
        Map.of(
            ApiResource.NODES, NODE,
            ApiResource.PODS, POD,
            ApiResource.NAMESPACES, NAMESPACE,
            ApiResource.SERVICE_ACCOUNTS, ACCOUNT,
            ApiResource.NETWORK_POLICIES, POLICY,
            ApiResource.SERVICES, SERVICE,
            ApiResource.ENDPOINT_SLICES, SLICE,
            ApiResource.VIRTUAL_MACHINE_MOVES, MOVE);

    static Native of(ObjectLayout layout) {
      boolean isAdministrators = ClusterPolicyForm.of(layout.objects()).isPresent();
      return isAdministrators ? ADMINISTRATORS : OF.getOrDefault(layout.objects(), CUSTOM);
    }
  }
}
