{{ config(materialized='view') }}
{{ retold_and_once('handling_events') }}
