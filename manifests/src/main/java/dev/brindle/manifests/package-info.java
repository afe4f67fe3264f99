// SPDX-License-Identifier: Apache-2.0
/// What is applied to a cluster, from one source: the manifests, the Helm chart and the kustomize
/// base. No I/O: files are texts here, and the tests compare them with those that are checked in.
@NullMarked
package dev.brindle.manifests;

import org.jspecify.annotations.NullMarked;
