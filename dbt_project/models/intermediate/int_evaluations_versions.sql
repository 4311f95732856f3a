{{ config(materialized='view') }}
{{ retold_and_once('evaluations') }}
