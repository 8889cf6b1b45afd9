"""Judges of pipelines, from npm: gitlab-ci-local runs GitLab's jobs here, npm-groovy-lint reads a Jenkinsfile."""
