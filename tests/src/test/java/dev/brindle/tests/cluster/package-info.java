// SPDX-License-Identifier: Apache-2.0
/// A cluster of Kubernetes' own programs, with nodes in namespaces, and what people do in it.
///
/// Always real: etcd, kube-apiserver (RBAC, Node authorizer), kube-controller-manager,
/// kube-scheduler, kubectl, the CNI plugin, the daemons, the controllers. Never there: kube-proxy,
/// for which `ServiceProxy` stands. The stories run three times: with a stand-in for kubelet and
/// containerd; with both (Debian's containerd 1.6 and runc 1.1, control groups of version 1); and
/// with both, Brindle's image and its manifest. Each says why where it cannot.
@NullMarked
package dev.brindle.tests.cluster;

import org.jspecify.annotations.NullMarked;
